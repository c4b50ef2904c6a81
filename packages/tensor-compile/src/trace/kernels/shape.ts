import { slice_util, util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../host-tensor';
import type { Graph } from '../../onnx/graph';
import { constantFrom, type ElementType, fillOf, fillValue, type Value } from '../../onnx/value';
import { axesOf, type Kernel, listOf, movingBools } from '../kernel';

/** Elements `begin`, `begin + stride`, … of each axis; `shape` says how many. */
export function slice(
  graph: Graph,
  x: Value,
  begin: readonly number[],
  shape: readonly number[],
  strides: readonly number[] = begin.map(() => 1),
): Value {
  if (begin.every((b, i) => b === 0 && shape[i] === x.shape[i] && strides[i] === 1)) return x;
  const fill = fillOf(x);
  if (fill !== undefined) return fillValue(x.type, shape, fill);
  if (graph.dialect.webgpu && x.type !== 'float32') return gathered(graph, x, begin, shape, strides);
  // Only the axes that change: the fewer, the cheaper.
  const axes = begin.map((_, i) => i).filter((i) => begin[i] !== 0 || shape[i] !== x.shape[i] || strides[i] !== 1);
  const ends = axes.map((i) => {
    const end = begin[i]! + shape[i]! * strides[i]!;
    // A negative end would count from the back; −2³¹ means "past the first".
    return end < 0 ? -(2 ** 31) : end;
  });
  const inputs = [
    graph.ints(axes.map((i) => begin[i]!)),
    graph.ints(ends),
    graph.ints(axes),
    graph.ints(axes.map((i) => strides[i]!)),
  ];
  return graph.op('Slice', [x, ...inputs], x.type, shape);
}

/** WebGPU slices only floats; integers are gathered, axis by axis. */
function gathered(
  graph: Graph,
  x: Value,
  begin: readonly number[],
  shape: readonly number[],
  strides: readonly number[],
): Value {
  return shape.reduce((value: Value, length, axis) => {
    if (begin[axis] === 0 && length === value.shape[axis] && strides[axis] === 1) return value;
    const positions = Array.from({ length }, (_, i) => begin[axis]! + i * strides[axis]!);
    const next = value.shape.map((n, i) => (i === axis ? length : n));
    return graph.op('Gather', [value, constantFrom('int32', [length], positions)], value.type, next, { axis });
  }, x);
}

function split(graph: Graph, x: Value, sizes: readonly number[], axis: number): Value[] {
  if (sizes.length === 1) return [x];
  const shapeOf = (size: number) => x.shape.map((n, i) => (i === axis ? size : n));
  return graph.emit(
    'Split',
    [x, graph.ints(sizes)],
    sizes.map((size) => ({ type: x.type, shape: shapeOf(size) })),
    { axis },
  );
}

export function concat(graph: Graph, parts: readonly Value[], axis: number): Value {
  if (parts.length === 1) return parts[0]!;
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  return graph.op('Concat', parts, parts[0]!.type, shape, { axis });
}

function tile(graph: Graph, x: Value, repeats: readonly number[]): Value {
  const shape = x.shape.map((n, i) => n * repeats[i]!);
  if (repeats.every((times, i) => times === 1 || x.shape[i] === 1)) return graph.expand(x, shape);
  const fill = fillOf(x);
  if (fill !== undefined) return fillValue(x.type, shape, fill);
  return graph.op('Tile', [x, graph.ints(repeats)], x.type, shape);
}

function pad(
  graph: Graph,
  x: Value,
  paddings: readonly (readonly [number, number])[],
  mode: string,
  value: number,
): Value {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const shape = x.shape.map((n, i) => n + paddings[i]![0] + paddings[i]![1]);
  const amounts = graph.ints([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  return graph.op('Pad', [x, amounts, graph.scalar(value, x.type)], x.type, shape, { mode });
}

const insertAxis = (shape: readonly number[], axis: number): number[] => [
  ...shape.slice(0, axis),
  1,
  ...shape.slice(axis),
];

function range(start: number, stop: number, step: number, dtype: ElementType): Value {
  const length = Math.max(0, Math.ceil((stop - start) / step));
  return constantFrom(
    dtype,
    [length],
    Array.from({ length }, (_, i) => start + i * step),
  );
}

const movements: Record<string, Kernel> = {
  Reshape: (graph, { x }, { shape }) => graph.reshape(x!, util.inferFromImplicitShape(shape, sizeOf(x!.shape))),
  ExpandDims: (graph, { input }, { dim }) =>
    graph.reshape(input!, insertAxis(input!.shape, dim < 0 ? dim + input!.shape.length + 1 : dim)),
  Transpose: (graph, { x }, { perm }) => graph.transpose(x!, perm),
  Tile: (graph, { x }, { reps }) => tile(graph, x!, reps),
  Slice: (graph, { x }, { begin, size }) => {
    const [starts, sizes] = slice_util.parseSliceParams({ shape: [...x!.shape] } as never, begin, size);
    return slice(graph, x!, starts!, sizes!);
  },
  StridedSlice: (graph, { x }, attributes) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
    const info = slice_util.sliceInfo(
      [...x!.shape],
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    const shape = slice_util.computeOutShape(info.begin, info.end, info.strides);
    return graph.reshape(slice(graph, x!, info.begin, shape, info.strides), info.finalShape);
  },
  Concat: (graph, inputs, { axis }) => {
    const parts = listOf(inputs);
    const at = axesOf(axis, parts[0]!.shape.length)[0]!;
    const filled = parts.filter((part) => sizeOf(part.shape) > 0);
    return concat(graph, filled.length > 0 ? filled : parts, at);
  },
  Pack: (graph, inputs, { axis }) => {
    const parts = listOf(inputs);
    const at = axis < 0 ? axis + parts[0]!.shape.length + 1 : axis;
    return concat(
      graph,
      parts.map((part) => graph.reshape(part, insertAxis(part.shape, at))),
      at,
    );
  },
  Unpack: (graph, { value }, { axis }) => {
    const at = axesOf(axis, value!.shape.length)[0]!;
    const shape = value!.shape.filter((_, i) => i !== at);
    return split(graph, value!, Array(value!.shape[at]!).fill(1), at).map((part) => graph.reshape(part, shape));
  },
  SplitV: (graph, { x }, { numOrSizeSplits, axis }) => {
    const at = axesOf(axis, x!.shape.length)[0]!;
    const length = x!.shape[at]!;
    const sizes =
      typeof numOrSizeSplits === 'number'
        ? Array<number>(numOrSizeSplits).fill(length / numOrSizeSplits)
        : completed(numOrSizeSplits, length);
    return split(graph, x!, sizes, at);
  },
  PadV2: (graph, { x }, { paddings, constantValue }) => pad(graph, x!, paddings, 'constant', constantValue),
  MirrorPad: (graph, { x }, { paddings, mode }) => {
    if (mode !== 'reflect') throw new Error(`tf.mirrorPad with mode '${mode}' cannot be compiled; 'reflect' can.`);
    return pad(graph, x!, paddings, 'reflect', 0);
  },
  Reverse: (graph, { x }, { dims }) => {
    const axes = axesOf(dims, x!.shape.length);
    const begin = x!.shape.map((n, i) => (axes.includes(i) ? n - 1 : 0));
    const strides = x!.shape.map((_, i) => (axes.includes(i) ? -1 : 1));
    return slice(graph, x!, begin, x!.shape, strides);
  },
  Fill: (_, __, { shape, value, dtype }) => fillValue(dtype ?? 'float32', shape, value),
  ZerosLike: (_, { x }) => fillValue(x!.type, x!.shape, 0),
  OnesLike: (_, { x }) => fillValue(x!.type, x!.shape, 1),
  Range: (_, __, { start, stop, step, dtype }) => range(start, stop, step, dtype ?? 'float32'),
  LinSpace: (_, __, { start, stop, num }) =>
    constantFrom(
      'float32',
      [num],
      Array.from({ length: num }, (_, i) => (num === 1 ? start : start + (i * (stop - start)) / (num - 1))),
    ),
};

const completed = (sizes: readonly number[], length: number): number[] => {
  const known = sizes.reduce((sum, n) => (n === -1 ? sum : sum + n), 0);
  return sizes.map((n) => (n === -1 ? length - known : n));
};

export const shapes: Record<string, Kernel> = Object.fromEntries(
  Object.entries(movements).map(([name, kernel]) => [name, movingBools(kernel)]),
);
