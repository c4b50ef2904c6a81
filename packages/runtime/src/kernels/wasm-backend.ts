import type * as tf from '@tensorflow/tfjs-core';

/** What the pack uses of tfjs's wasm backend 4.22 (most of it is not in its public types). */
export interface WasmBackend {
  /** With a memory offset: a second name for memory that is already allocated. */
  makeOutput(shape: number[], dtype: tf.DataType, memoryOffset?: number): tf.TensorInfo;
  /** A view of a tensor's memory; void as soon as anything is allocated, since the heap may move. */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  readSync(dataId: object): Uint8Array[];
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
  dataIdMap: {
    get(dataId: object): { id: number; memoryOffset: number; shape: number[] };
    delete(dataId: object): boolean;
  };
  wasm: {
    cwrap(name: string, returns: null, parameters: string[]): (...values: unknown[]) => void;
    tfjs: { disposeData(id: number): void };
  };
}

/** The attributes that the pack reads, of whichever kernel. */
export interface Attributes {
  transposeA?: boolean;
  transposeB?: boolean;
  perm?: number[];
  numSegments?: number;
  axis?: number | number[] | null;
  /** What Max calls its axes. */
  reductionIndices?: number | number[];
  keepDims?: boolean;
  batchDims?: number;
  [name: string]: unknown;
}

/** A kernel as the wasm backend's registry holds it. */
export type WasmKernel = (call: {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Attributes;
  backend: WasmBackend;
}) => tf.TensorInfo;

/** A new tensor with the last two axes of `x` [..., m, n] exchanged. */
export function transposed(x: tf.TensorInfo, backend: WasmBackend, transpose: WasmKernel): tf.TensorInfo {
  const rank = x.shape.length;
  const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  return transpose({ inputs: { x }, attrs: { perm }, backend });
}
