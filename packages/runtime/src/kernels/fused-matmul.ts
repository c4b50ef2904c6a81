import * as tf from '@tensorflow/tfjs-core';
import { transposed, type WasmKernel } from './wasm-backend';

/**
 * activation(a · b + bias). The stock kernel judges the bias by the shape that its memory was made with, so it rejects a vector
 * that was reshaped from a matrix; and, as with the plain product, transposes cost it XNNPACK.
 */
export function fusedMatMul(stock: WasmKernel): WasmKernel {
  return ({ inputs, attrs, backend }) => {
    const { a, b, bias } = inputs;
    const transpose = tf.getKernel('Transpose', 'wasm')!.kernelFunc as unknown as WasmKernel;
    const one = a.shape.slice(0, -2).every((n) => n === 1) && b.shape.slice(0, -2).every((n) => n === 1);
    const left = one && attrs.transposeA ? transposed(a, backend, transpose) : a;
    const right = one && attrs.transposeB ? transposed(b, backend, transpose) : b;
    const data = bias && backend.dataIdMap.get(bias.dataId);
    const made = data?.shape;
    try {
      if (data) data.shape = bias.shape;
      return stock({
        inputs: { ...inputs, a: left, b: right },
        attrs: { ...attrs, transposeA: left === a && attrs.transposeA, transposeB: right === b && attrs.transposeB },
        backend,
      });
    } finally {
      if (data) data.shape = made!;
      if (left !== a) backend.disposeData(left.dataId);
      if (right !== b) backend.disposeData(right.dataId);
    }
  };
}
