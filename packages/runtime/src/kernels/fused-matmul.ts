import * as tf from '@tensorflow/tfjs-core';
import { productShape, zeros } from './product-shape';
import { transposed, type WasmKernel } from './wasm-backend';

/**
 * activation(a · b + bias). The stock kernel judges the bias by the shape that its memory was made with, so it rejects a vector
 * that was reshaped from a matrix; it leaves products over an axis of length 0 uninitialised; and, as with the plain product,
 * transposes cost it XNNPACK.
 */
export function fusedMatMul(stock: WasmKernel): WasmKernel {
  return ({ inputs, attrs, backend }) => {
    const { a, b, bias } = inputs;
    const { m, k, n, outer, batches } = productShape(inputs, attrs);
    if (batches * m * n === 0) return zeros([...outer, m, n], backend);
    const transpose = tf.getKernel('Transpose', 'wasm')!.kernelFunc as unknown as WasmKernel;
    const factor = (x: tf.TensorInfo, transposes = false, shape: number[]) => {
      // One product of zeros is what a sum of no products is.
      if (k === 0) return zeros([...x.shape.slice(0, -2), ...shape], backend);
      return transposes && one ? transposed(x, backend, transpose) : x;
    };
    const one = [a, b].every(({ shape }) => shape.slice(0, -2).every((length) => length === 1));
    const left = factor(a, attrs.transposeA, [m, 1]);
    const right = factor(b, attrs.transposeB, [1, n]);
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
