import type { Graph } from '../onnx/graph';
import type { Value } from '../onnx/value';
import { placeOf } from './place';

/** The operands of a kernel under tfjs's names; those of a list are called '0', '1', …. */
export type Operands = Record<string, Value>;

/** Appends the nodes that compute one tfjs kernel. */
// biome-ignore lint/suspicious/noExplicitAny: tfjs gives attributes as untyped records; each kernel names those it reads.
export type Kernel = (graph: Graph, inputs: Operands, attributes: any) => Value | Value[];

export const listOf = (inputs: Operands): Value[] => Object.keys(inputs).map((name) => inputs[name]!);

/** Axes as non-negative numbers in ascending order; undefined and null mean all of them. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  const axes = axis === undefined || axis === null ? [...Array(rank).keys()] : typeof axis === 'number' ? [axis] : axis;
  return [...new Set(axes.map((a) => (a < 0 ? a + rank : a)))].sort((a, b) => a - b);
}

/** The shape that two shapes broadcast to. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) throw new Error(`Shapes [${a}] and [${b}] do not broadcast.`);
    return m === 1 ? n : m;
  });
}

/** A kernel that only moves elements. WebGPU cannot move bools, so they are moved as int32. */
export const movingBools =
  (kernel: Kernel): Kernel =>
  (graph, inputs, attributes) => {
    const bools = Object.values(inputs).some((x) => x.type === 'bool');
    if (!graph.dialect.webgpu || !bools) return kernel(graph, inputs, attributes);
    const wide = Object.fromEntries(
      Object.entries(inputs).map(([name, x]) => [name, x.type === 'bool' ? graph.cast(x, 'int32') : x]),
    );
    const result = kernel(graph, wide, attributes);
    return Array.isArray(result) ? result.map((y) => graph.cast(y, 'bool')) : graph.cast(result, 'bool');
  };

/** A kernel for numbers only. In tfjs the sum of two bools is a bool that can hold 2; ONNX has no such thing. */
export const ofNumbers =
  (name: string, kernel: Kernel): Kernel =>
  (graph, inputs, attributes) => {
    if (Object.values(inputs).some(({ type }) => type === 'bool'))
      throw new Error(
        `${name} of tensors of type 'bool' cannot be compiled; cast them to 'int32' or 'float32' first. It was called at ${placeOf(new Error())}.`,
      );
    return kernel(graph, inputs, attributes);
  };
