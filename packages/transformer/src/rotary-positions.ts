import * as tf from '@tensorflow/tfjs-core';
import { maskedPositions } from './masked-positions';

/** Cosines and sines of the angles by which the positions of a run turn queries and keys: each [B or 1, 1, T, size / 2]. */
export interface Rotation {
  cos: tf.Tensor4D;
  sin: tf.Tensor4D;
}

/**
 * Turns pairs of features by their angles (rotary positions, Su et al. 2021). A pair is a feature of the first half and the
 * one at the same place in the second half, as in the hub's Llama.
 * @param x [B, heads, T, size]
 * @returns [B, heads, T, size]
 */
export function rotate(x: tf.Tensor, { cos, sin }: Rotation): tf.Tensor {
  return tf.tidy(() => {
    const [a, b] = tf.split(x, 2, -1);
    return tf.concat([tf.sub(tf.mul(a!, cos), tf.mul(b!, sin)), tf.add(tf.mul(b!, cos), tf.mul(a!, sin))], -1);
  });
}

/** Where the tokens of a run stand. */
export interface Span {
  length: number;
  /** [B, T], 1 = real, 0 = padding: positions count the real tokens, see {@link maskedPositions}. */
  mask?: tf.Tensor2D;
  /** How many positions come before the first; default 0. Not with a mask. */
  past?: number;
}

/**
 * Rotary positions of heads of an even `size`: position p turns pair i by the angle `p base^(−2i / size)`, in float64.
 * @returns a function that gives the rotation of a run. It computes each position once.
 */
export function rotaryPositions(size: number, base: number): (span: Span) => Rotation {
  const half = size / 2;
  let table = { cos: new Float32Array(), sin: new Float32Array() };

  function rows(end: number) {
    if (table.cos.length < end * half) {
      // Twice as many as before, so that text which grows token by token does not fill it anew each time.
      const angles = Float64Array.from({ length: Math.max(end, (2 * table.cos.length) / half) * half }, (_, i) => {
        return Math.floor(i / half) / base ** ((i % half) / half);
      });
      table = { cos: Float32Array.from(angles, Math.cos), sin: Float32Array.from(angles, Math.sin) };
    }
    return table;
  }

  return ({ length, mask, past = 0 }) => {
    const end = past + length;
    const { cos, sin } = rows(end);
    const take = (values: Float32Array) =>
      tf.tidy(() => {
        const positions = tf.tensor2d(values.slice(past * half, end * half), [length, half]);
        const taken = mask ? tf.gather(positions, maskedPositions(mask)) : positions;
        return tf.reshape(taken, [mask?.shape[0] ?? 1, 1, length, half]) as tf.Tensor4D;
      });
    return { cos: take(cos), sin: take(sin) };
  };
}
