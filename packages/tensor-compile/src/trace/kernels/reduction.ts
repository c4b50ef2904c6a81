import type { Graph } from '../../onnx/graph';
import type { Value } from '../../onnx/value';
import { axesOf, type Kernel } from '../kernel';

export function reduce(graph: Graph, op: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  if (axes.length === 0) return x;
  const shape = x.shape.map((n, i) => (axes.includes(i) ? 1 : n)).filter((_, i) => keepDims || !axes.includes(i));
  return graph.op(op, [x, graph.ints(axes)], x.type, shape, { keepdims: keepDims ? 1 : 0 });
}

interface ReductionAttributes {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

const reduction =
  (op: string, prepare: (graph: Graph, x: Value) => Value, finish = (_: Graph, y: Value) => y): Kernel =>
  (graph, { x }, { axis, reductionIndices, keepDims = false }: ReductionAttributes) =>
    finish(graph, reduce(graph, op, prepare(graph, x!), axesOf(axis ?? reductionIndices, x!.shape.length), keepDims));

const numeric = (graph: Graph, x: Value): Value => (x.type === 'bool' ? graph.cast(x, 'int32') : x);
const truth = (graph: Graph, x: Value): Value => graph.cast(graph.cast(x, 'bool'), 'int32');
/** The largest and the smallest of bools is a bool. */
const extreme =
  (op: string): Kernel =>
  (graph, inputs, attributes) =>
    graph.cast(reduction(op, numeric)(graph, inputs, attributes) as Value, inputs.x!.type);
const asBool = (graph: Graph, y: Value): Value => graph.cast(y, 'bool');

const position =
  (op: string): Kernel =>
  (graph, { x }, { axis }) => {
    const at = axesOf(axis, x!.shape.length)[0]!;
    const shape = x!.shape.filter((_, i) => i !== at);
    const found = graph.op(op, [numeric(graph, x!)], 'int64', shape, { axis: at, keepdims: 0 });
    return graph.positions(found, x!.shape[at]!);
  };

export function logSoftmax(graph: Graph, x: Value, axis: number): Value {
  if (!graph.dialect.webgpu) return graph.op('LogSoftmax', [x], 'float32', x.shape, { axis });
  const shifted = graph.op('Sub', [x, reduce(graph, 'ReduceMax', x, [axis], true)], 'float32', x.shape);
  const sum = reduce(graph, 'ReduceSum', graph.op('Exp', [shifted], 'float32', x.shape), [axis], true);
  return graph.op('Sub', [shifted, graph.op('Log', [sum], 'float32', sum.shape)], 'float32', x.shape);
}

export const reductions: Record<string, Kernel> = {
  Sum: reduction('ReduceSum', numeric),
  Mean: reduction('ReduceMean', (graph, x) => graph.cast(x, 'float32')),
  Max: extreme('ReduceMax'),
  Min: extreme('ReduceMin'),
  Prod: reduction('ReduceProd', numeric),
  All: reduction('ReduceMin', truth, asBool),
  Any: reduction('ReduceMax', truth, asBool),
  ArgMax: position('ArgMax'),
  ArgMin: position('ArgMin'),
  Cumsum: (graph, { x }, { axis, exclusive, reverse }) =>
    graph.op('CumSum', [numeric(graph, x!), graph.scalar(axis, 'int32')], numeric(graph, x!).type, x!.shape, {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    }),
  Softmax: (graph, { logits }, { dim }) =>
    graph.op('Softmax', [graph.cast(logits!, 'float32')], 'float32', logits!.shape, {
      axis: axesOf(dim, logits!.shape.length)[0]!,
    }),
};
