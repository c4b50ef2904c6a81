import { util } from '@tensorflow/tfjs-core';
import type { WasmKernel } from './wasm-backend';

/** What each reduction gives for no values, as in TensorFlow: its neutral element, and NaN for the mean. */
const neutral = {
  Sum: 0,
  Prod: 1,
  Mean: Number.NaN,
  Max: Number.NEGATIVE_INFINITY,
  Min: Number.POSITIVE_INFINITY,
  Any: 0,
  All: 1,
} as const;

type Reduction = keyof typeof neutral;

/** The stock kernels give uninitialised memory when they reduce an axis of length 0. */
export const emptyReductions = Object.fromEntries(
  Object.entries(neutral).map(([name, value]) => [name, emptyReduction(name as Reduction, value)]),
) as Record<Reduction, (stock: WasmKernel) => WasmKernel>;

function emptyReduction(name: Reduction, value: number): (stock: WasmKernel) => WasmKernel {
  return (stock) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    if (!x.shape.includes(0)) return stock(call);
    const axes = util.parseAxisParam((attrs.axis ?? attrs.reductionIndices) as number[], x.shape);
    const kept = x.shape.filter((_, axis) => !axes.includes(axis));
    const out = backend.makeOutput(kept, name === 'Mean' ? 'float32' : x.dtype);
    backend.typedArrayFromHeap(out).fill(out.dtype === 'int32' ? toInt32(value) : value);
    if (attrs.keepDims) out.shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    return out;
  };
}

/** An infinity as the integer at that end of the range. */
const toInt32 = (value: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
