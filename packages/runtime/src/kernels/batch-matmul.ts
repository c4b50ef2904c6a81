import * as tf from '@tensorflow/tfjs-core';
import { productShape, zeros } from './product-shape';
import { transposed, type WasmBackend, type WasmKernel } from './wasm-backend';

/** Below this many multiplications per matrix the plain loop is done before XNNPACK is set up. */
const SMALL = 8192;

/**
 * a · b over the last two axes, the axes before them broadcast. The stock kernel reaches XNNPACK only for one matrix without
 * transposes and runs everything else in a plain loop, an order of magnitude slower. Here a transpose is carried out first, and
 * each matrix of a batch is handed to XNNPACK under a name of its own that points into the batch's memory.
 */
export function batchMatMul(stock: WasmKernel): WasmKernel {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    const { m, k, inner, n, outer, batches } = productShape(inputs, attrs);
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || k !== inner) return stock(call);
    // The stock kernels leave products over an axis of length 0 uninitialised, and divide by a batch of 0.
    if (batches * m * n === 0 || k === 0) return zeros([...outer, m, n], backend);
    const broadcast = [a, b].some(({ shape }) => tf.util.sizeFromShape(shape.slice(0, -2)) !== batches);
    // The stock loop reads out of bounds where both sides are broadcast, so it gets plain batches only.
    if (m * k * n < SMALL && !broadcast) return stock(call);

    const transpose = tf.getKernel('Transpose', 'wasm')!.kernelFunc as unknown as WasmKernel;
    const left = attrs.transposeA ? transposed(a, backend, transpose) : a;
    const right = attrs.transposeB ? transposed(b, backend, transpose) : b;
    try {
      if (batches === 1) {
        const out = stock({
          inputs: { a: left, b: right },
          attrs: { transposeA: false, transposeB: false },
          backend,
        });
        out.shape = [...outer, m, n];
        return out;
      }
      return eachOfBatch(left, right, [...outer, m, n], backend);
    } finally {
      if (left !== a) backend.disposeData(left.dataId);
      if (right !== b) backend.disposeData(right.dataId);
    }
  };
}

function eachOfBatch(a: tf.TensorInfo, b: tf.TensorInfo, shape: number[], backend: WasmBackend): tf.TensorInfo {
  const multiply = bound(backend);
  const [m, n] = shape.slice(-2);
  const k = a.shape.at(-1)!;
  const out = backend.makeOutput(shape, 'float32');
  const fromA = offsets(a.shape.slice(0, -2), shape.slice(0, -2));
  const fromB = offsets(b.shape.slice(0, -2), shape.slice(0, -2));
  const shapeA = bytes([1, m, k]);
  const shapeB = bytes([1, k, n]);
  for (let i = 0; i < fromA.length; i++) {
    const parts = [
      part(a, fromA[i], [1, m, k], backend),
      part(b, fromB[i], [1, k, n], backend),
      part(out, i, [1, m, n], backend),
    ];
    const [idA, idB, idOut] = parts.map(({ dataId }) => backend.dataIdMap.get(dataId).id);
    multiply(idA, shapeA, 3, idB, shapeB, 3, false, false, idOut);
    for (const { dataId } of parts) {
      // Forgets the name (and XNNPACK's packed copy of b), not the memory, which belongs to the batch.
      backend.wasm.tfjs.disposeData(backend.dataIdMap.get(dataId).id);
      backend.dataIdMap.delete(dataId);
    }
  }
  return out;
}

/** The `index`-th matrix of a batch, as a name for its part of the batch's memory. */
function part(x: tf.TensorInfo, index: number, shape: number[], backend: WasmBackend): tf.TensorInfo {
  const { memoryOffset } = backend.dataIdMap.get(x.dataId);
  return backend.makeOutput(
    shape,
    'float32',
    memoryOffset + index * tf.util.sizeFromShape(shape) * Float32Array.BYTES_PER_ELEMENT,
  );
}

/** For each matrix of the broadcast batch `to`, in order, which one of the batch `from` it is. */
function offsets(from: number[], to: number[]): number[] {
  const padded = [...Array(to.length - from.length).fill(1), ...from];
  let result = [0];
  for (const [axis, length] of to.entries())
    result = result.flatMap((base) =>
      Array.from({ length }, (_, i) => base * padded[axis] + (padded[axis] === 1 ? 0 : i)),
    );
  return result;
}

const functions = new WeakMap<WasmBackend, (...values: unknown[]) => void>();

function bound(backend: WasmBackend): (...values: unknown[]) => void {
  let multiply = functions.get(backend);
  if (!multiply) {
    const [id, array, length, flag] = ['number', 'array', 'number', 'number'];
    multiply = backend.wasm.cwrap('BatchMatMul', null, [id, array, length, id, array, length, flag, flag, id]);
    functions.set(backend, multiply);
  }
  return multiply;
}

const bytes = (shape: number[]): Uint8Array => new Uint8Array(Int32Array.from(shape).buffer);
