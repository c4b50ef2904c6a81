import * as tf from '@tensorflow/tfjs-core';
import type { WasmBackend } from './wasm-backend';

/** The sides of a matrix product over the last two axes, [..., m, k] · [..., k, n]. */
export interface ProductShape {
  m: number;
  k: number;
  /** Of the right factor; a product needs it to equal k. */
  inner: number;
  n: number;
  /** The axes before the last two, broadcast. */
  outer: number[];
  /** How many matrices that is. */
  batches: number;
}

export function productShape(
  { a, b }: Record<string, tf.TensorInfo>,
  { transposeA, transposeB }: { transposeA?: boolean; transposeB?: boolean },
): ProductShape {
  const [m, k] = lastTwo(a.shape, transposeA);
  const [inner, n] = lastTwo(b.shape, transposeB);
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { m, k, inner, n, outer, batches: tf.util.sizeFromShape(outer) };
}

function lastTwo(shape: number[], transpose = false): [number, number] {
  const [rows, columns] = shape.slice(-2);
  return transpose ? [columns, rows] : [rows, columns];
}

/** A new tensor of zeros. */
export function zeros(shape: number[], backend: WasmBackend): tf.TensorInfo {
  const out = backend.makeOutput(shape, 'float32');
  backend.typedArrayFromHeap(out).fill(0);
  return out;
}
