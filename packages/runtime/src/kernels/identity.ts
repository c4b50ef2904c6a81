import * as tf from '@tensorflow/tfjs-core';
import type { WasmKernel } from './wasm-backend';

/** The stock kernel copies the values; tensors are immutable, so a counted reference does (as `Reshape` does it). */
export const identity: WasmKernel = ({ inputs: { x }, backend }) => {
  if (x.dtype === 'string') return tf.tensor(backend.readSync(x.dataId), x.shape, x.dtype);
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
};
