import type { Graph } from '../onnx/graph';
import { isImplied, unmoved, violation } from '../onnx/requirement';
import { constantFrom, elements, isConstant, type Value } from '../onnx/value';
import { nanAmong } from './kernels/reduction';
import { placeOf } from './place';

/**
 * Requires indices to be within their limits whenever the graph runs.
 *
 * @param limits each index must be in 0 … limit − 1: one limit for all, or one for each position along the last axis.
 * @param taker the operation that takes the indices, for the error message.
 * @returns the indices to use.
 * @throws if they are constants outside their limits.
 */
export function requireIndices(graph: Graph, indices: Value, limits: readonly number[], taker: string): Value {
  const place = placeOf(new Error());
  const explain = (value: number, limit: number, source: string) =>
    `${taker} got the index ${value}${source}; expected ${limit > 0 ? `0 to ${limit - 1}` : 'none, since there is nothing to index'}. It was called at ${place}.`;
  if (isConstant(indices)) {
    const found = violation(elements(indices) as Int32Array, limits);
    if (found) throw new Error(explain(found.value, found.limit, ''));
    return indices;
  }
  const [limit, ...more] = limits as [number, ...number[]];
  if (more.length > 0) graph.requirements.push({ values: indices, limits, explain });
  else if (!isImplied(indices, limit, graph.requirements))
    graph.requirements.push({ values: unmoved(indices), limits, explain });
  if (!graph.dialect.standalone) return indices;
  // Nothing checks the inputs of an exported graph: a negative index becomes one that every runtime refuses.
  const beyond = constantFrom(indices.type, limits.length === 1 ? [] : [limits.length], limits);
  const negative = graph.op('Less', [indices, graph.scalar(0, indices.type)], 'bool', indices.shape);
  return graph.op('Where', [negative, beyond, indices], indices.type, indices.shape);
}

/** Requires that no element is NaN. */
export function requireNumbers(graph: Graph, x: Value, taker: string): void {
  if (x.type !== 'float32') return;
  const place = placeOf(new Error());
  const explain = () => `${taker} got NaN, which has no rank among numbers. It was called at ${place}.`;
  const sum = nanAmong(graph, x, [...x.shape.keys()], false);
  const number = graph.op('Equal', [sum, sum], 'bool', []);
  graph.requirements.push({ values: graph.cast(graph.op('Not', [number], 'bool', []), 'int32'), limits: [1], explain });
}
