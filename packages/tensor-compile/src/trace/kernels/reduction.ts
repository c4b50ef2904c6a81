import type { Graph } from '../../onnx/graph';
import { fillValue, type Shape, type Value } from '../../onnx/value';
import { axesOf, type Kernel } from '../kernel';
import { add, clip } from './elementwise';

const reducedShape = (shape: Shape, axes: readonly number[], keepDims: boolean): Shape =>
  shape.map((n, i) => (axes.includes(i) ? 1 : n)).filter((_, i) => keepDims || !axes.includes(i));

export function reduce(graph: Graph, op: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  if (axes.length === 0) return x;
  return graph.op(op, [x, graph.ints(axes)], x.type, reducedShape(x.shape, axes, keepDims), {
    keepdims: keepDims ? 1 : 0,
  });
}

interface ReductionAttributes {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

const reduction =
  (op: string, prepare: (graph: Graph, x: Value) => Value): Kernel =>
  (graph, { x }, { axis, reductionIndices, keepDims = false }: ReductionAttributes) =>
    reduce(graph, op, prepare(graph, x!), axesOf(axis ?? reductionIndices, x!.shape.length), keepDims);

/** NaN where one of the reduced elements is NaN, else 0. */
export const nanAmong = (graph: Graph, x: Value, axes: readonly number[], keepDims: boolean): Value =>
  reduce(graph, 'ReduceSum', clip(graph, x, 0, 0), axes, keepDims);

const asNumbers = (graph: Graph, x: Value): Value => (x.type === 'bool' ? graph.cast(x, 'int32') : x);
const truth = (graph: Graph, x: Value): Value => graph.cast(graph.cast(x, 'bool'), 'int32');

/** Whether there are results, but no elements to take them from. */
const isEmpty = ({ shape }: Value, axes: readonly number[]): boolean =>
  shape.includes(0) && shape.every((n, i) => n > 0 || axes.includes(i));

const emptyError = ({ shape }: Value, axes: readonly number[], name: string): Error =>
  new Error(`${name} got the shape [${shape}] and the axes [${axes}]: there are no elements to choose from.`);

/** The largest or smallest element; for bools a bool. NaN if any element is NaN, which onnxruntime would skip. */
const extreme =
  (op: 'ReduceMax' | 'ReduceMin', name: string): Kernel =>
  (graph, { x }, { axis, reductionIndices, keepDims = false }: ReductionAttributes) => {
    const axes = axesOf(axis ?? reductionIndices, x!.shape.length);
    if (isEmpty(x!, axes)) {
      if (x!.type !== 'float32') throw emptyError(x!, axes, name);
      return fillValue('float32', reducedShape(x!.shape, axes, keepDims), Number.NaN);
    }
    const found = reduce(graph, op, asNumbers(graph, x!), axes, keepDims);
    if (x!.type !== 'float32' || axes.length === 0) return graph.cast(found, x!.type);
    return add(graph, found, nanAmong(graph, x!, axes, keepDims));
  };

const quantifier =
  (op: 'ReduceMax' | 'ReduceMin', name: string): Kernel =>
  (graph, { x }, attributes) =>
    graph.cast(extreme(op, name)(graph, { x: truth(graph, x!) }, attributes) as Value, 'bool');

const position =
  (op: 'ArgMax' | 'ArgMin', name: string): Kernel =>
  (graph, { x }, { axis }) => {
    const at = axesOf(axis, x!.shape.length)[0]!;
    if (isEmpty(x!, [at])) throw emptyError(x!, [at], name);
    const shape = x!.shape.filter((_, i) => i !== at);
    const found = graph.op(op, [asNumbers(graph, x!)], 'int64', shape, { axis: at, keepdims: 0 });
    return graph.positions(found, x!.shape[at]!);
  };

export function logSoftmax(graph: Graph, x: Value, axis: number): Value {
  if (!graph.dialect.webgpu) return graph.op('LogSoftmax', [x], 'float32', x.shape, { axis });
  const shifted = graph.op('Sub', [x, reduce(graph, 'ReduceMax', x, [axis], true)], 'float32', x.shape);
  const sum = reduce(graph, 'ReduceSum', graph.op('Exp', [shifted], 'float32', x.shape), [axis], true);
  return graph.op('Sub', [shifted, graph.op('Log', [sum], 'float32', sum.shape)], 'float32', x.shape);
}

export const reductions: Record<string, Kernel> = {
  Sum: reduction('ReduceSum', asNumbers),
  Mean: reduction('ReduceMean', (graph, x) => graph.cast(x, 'float32')),
  Max: extreme('ReduceMax', 'tf.max'),
  Min: extreme('ReduceMin', 'tf.min'),
  Prod: reduction('ReduceProd', asNumbers),
  All: quantifier('ReduceMin', 'tf.all'),
  Any: quantifier('ReduceMax', 'tf.any'),
  ArgMax: position('ArgMax', 'tf.argMax'),
  ArgMin: position('ArgMin', 'tf.argMin'),
  Cumsum: (graph, { x }, { axis, exclusive, reverse }) =>
    graph.op('CumSum', [asNumbers(graph, x!), graph.scalar(axis, 'int32')], asNumbers(graph, x!).type, x!.shape, {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    }),
  Softmax: (graph, { logits }, { dim }) =>
    graph.op('Softmax', [graph.cast(logits!, 'float32')], 'float32', logits!.shape, {
      axis: axesOf(dim, logits!.shape.length)[0]!,
    }),
};
