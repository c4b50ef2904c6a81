import { seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createExecutor,
  dropout,
  type Executor,
  eagerExecutor,
  gelu,
  type HostTensor,
  hostTensor,
  layerNorm,
  softmaxCrossEntropy,
} from '../src/index';
import { expectClose } from './close';

const random = seededRandom(4);
const real = (shape: number[], low = -2, high = 2) =>
  hostTensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => low + random() * (high - low)),
    shape,
  );

/** erf by its Taylor series in float64, exact to 1e-15 for |x| < 4. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

interface Case {
  /** The function under test, of float tensors. */
  fn: (...inputs: tf.Tensor[]) => tf.Tensor;
  inputs: HostTensor[];
  /** The same in float64, over plain arrays. */
  oracle: (...inputs: ArrayLike<number>[]) => number[];
}

const rows = (data: ArrayLike<number>, width: number) =>
  Array.from({ length: data.length / width }, (_, i) => Array.from(data).slice(i * width, (i + 1) * width));

const normalize = (epsilon: number) => (x: ArrayLike<number>, gain: ArrayLike<number>, bias: ArrayLike<number>) =>
  rows(x, gain.length).flatMap((row) => {
    const mean = row.reduce((a, b) => a + b) / row.length;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / row.length;
    return row.map((v, i) => ((v - mean) / Math.sqrt(variance + epsilon)) * gain[i]! + bias[i]!);
  });

const labels = Int32Array.of(2, 0, 4, 2);
const crossEntropy = (logits: ArrayLike<number>, weights: ArrayLike<number> = [1, 1, 1, 1]) => {
  const losses = rows(logits, 5).map((row, i) => {
    const largest = Math.max(...row);
    return Math.log(row.reduce((sum, v) => sum + Math.exp(v - largest), 0)) + largest - row[labels[i]!]!;
  });
  const total = Array.from(weights).reduce((a, b) => a + b);
  return [losses.reduce((sum, loss, i) => sum + loss * weights[i]!, 0) / total];
};
const given = () => tf.tensor1d(labels, 'int32');

const cases: Record<string, Case> = {
  'layerNorm of a matrix': {
    fn: (x, g, b) => layerNorm(x, g as tf.Tensor1D, b as tf.Tensor1D, 1e-5),
    inputs: [real([3, 6]), real([6]), real([6])],
    oracle: normalize(1e-5),
  },
  'layerNorm of rank 3 with a large epsilon': {
    fn: (x, g, b) => layerNorm(x, g as tf.Tensor1D, b as tf.Tensor1D, 0.5),
    inputs: [real([2, 3, 4]), real([4]), real([4])],
    oracle: normalize(0.5),
  },
  'layerNorm of a vector': {
    fn: (x, g, b) => layerNorm(x, g as tf.Tensor1D, b as tf.Tensor1D, 1e-12),
    inputs: [real([5]), real([5]), real([5])],
    oracle: normalize(1e-12),
  },
  'gelu erf': {
    fn: (x) => gelu(x, 'erf'),
    inputs: [real([3, 7], -4, 4)],
    oracle: (x) => Array.from(x, (v) => (v / 2) * (1 + erf(v * Math.SQRT1_2))),
  },
  'gelu tanh': {
    fn: (x) => gelu(x, 'tanh'),
    inputs: [real([3, 7], -4, 4)],
    oracle: (x) => Array.from(x, (v) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))),
  },
  'softmaxCrossEntropy, unweighted': {
    fn: (x) => softmaxCrossEntropy(x as tf.Tensor2D, given()),
    inputs: [real([4, 5])],
    oracle: (x) => crossEntropy(x),
  },
  'softmaxCrossEntropy, weighted': {
    fn: (x) => softmaxCrossEntropy(x as tf.Tensor2D, given(), tf.tensor1d([1, 0, 0.5, 2])),
    inputs: [real([4, 5])],
    oracle: (x) => crossEntropy(x, [1, 0, 0.5, 2]),
  },
  'softmaxCrossEntropy of logits whose softmax underflows': {
    fn: (x) => softmaxCrossEntropy(tf.mul(x, 100) as tf.Tensor2D, given()),
    inputs: [real([4, 5])],
    oracle: (x) => crossEntropy(Array.from(x, (v) => Math.fround(v * 100))),
  },
  dropout: {
    fn: (x) => dropout(x, tf.tensor2d([[1, 0, 1], [0, 1, 1]]), 0.25), // biome-ignore format: a matrix
    inputs: [real([2, 3])],
    oracle: (x) => Array.from(x, (v, i) => ([1, 0, 1, 0, 1, 1][i]! * v) / 0.75),
  },
};

let compiled: Executor;
beforeAll(async () => {
  await useBackend('cpu');
  compiled = await createExecutor({ provider: 'cpu', threads: 1 });
});
afterAll(() => compiled.dispose());

for (const [name, { fn, inputs, oracle }] of Object.entries(cases))
  describe(name, () => {
    const [shape] = inputs.map((input) => input.shape);
    // A loss that weighs every element of the result differently.
    const weights = real([40]).data;
    const weigh = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v, i) => sum + v * weights[i]!, 0);
    const loss = (...tensors: tf.Tensor[]) => {
      const y = fn(...tensors);
      return tf.sum(tf.mul(y, tf.tensor(weights.slice(0, y.size), y.shape))) as tf.Scalar;
    };
    const whole = (tensors: tf.Tensor[]) => ({ value: fn(...tensors), gradients: tf.grads(loss)(tensors) });

    for (const [engine, executor] of [['eagerly', () => eagerExecutor()], ['compiled', () => compiled]] as const) // biome-ignore format: a table
      test(`${engine}: values equal float64, gradients equal finite differences`, async () => {
        const before = tf.memory().numTensors;
        const { value, gradients } = await executor().compile(whole)(inputs);
        expect(tf.memory().numTensors).toBe(before);
        const expected = oracle(...inputs.map(({ data }) => data));
        expect(value.shape).toEqual(expected.length === 1 ? [] : shape);
        value.data.forEach((v, i) => {
          expect(Math.abs(v - expected[i]!)).toBeLessThanOrEqual(
            tolerance.float32 * Math.max(1, Math.abs(expected[i]!)),
          );
        });
        // The slope along a random direction, by central differences of the float64 oracle.
        const step = 1e-5;
        const directions = inputs.map((input) => real(input.shape, -1, 1).data);
        const moved = (sign: number) =>
          weigh(
            oracle(...inputs.map(({ data }, k) => Array.from(data, (v, i) => v + sign * step * directions[k]![i]!))),
          );
        // Rounding the scaled logits to float32 would make the oracle a staircase.
        const slope = name.includes('underflows') ? undefined : (moved(1) - moved(-1)) / (2 * step);
        const along = gradients.reduce(
          (sum, { data }, k) => (data as Float32Array).reduce((s, g, i) => s + g * directions[k]![i]!, sum),
          0,
        );
        if (slope !== undefined)
          expect(Math.abs(along - slope)).toBeLessThanOrEqual(tolerance.gradient * Math.max(1, Math.abs(slope)));
      });

    test('compiled gradients equal eager ones', async () => {
      expectClose(
        await compiled.compile(whole)(inputs),
        await eagerExecutor().compile(whole)(inputs),
        tolerance.float32,
      );
    });
  });

test('the cross-entropy of a hopeless row is its distance in logits, not infinity', async () => {
  const fn = (x: tf.Tensor) => softmaxCrossEntropy(x as tf.Tensor2D, tf.tensor1d([1], 'int32'));
  for (const executor of [compiled, eagerExecutor()]) {
    const { data } = await executor.compile(fn)(hostTensor([500, -500, 0], [1, 3]));
    expect(data[0]).toBe(1000);
  }
});

test('operations name the shapes that do not fit', () => {
  tf.tidy(() => {
    const x = tf.zeros([2, 3]) as tf.Tensor2D;
    const vector = tf.zeros([2]) as tf.Tensor1D;
    expect(() => layerNorm(x, vector, vector, 1e-5)).toThrow(/\[2,3\].*\[2\]/);
    expect(() => layerNorm(x, tf.zeros([3]), tf.zeros([3]), -1)).toThrow(/epsilon -1/);
    expect(() => gelu(x, 'exact' as 'erf')).toThrow(/'exact'/);
    expect(() => softmaxCrossEntropy(x, tf.zeros([3], 'int32'))).toThrow(/\[2,3\].*\[3\]/);
    expect(() => softmaxCrossEntropy(x, tf.zeros([2]))).toThrow(/'float32'.*'int32'/);
    expect(() => softmaxCrossEntropy(x, tf.zeros([2], 'int32'), tf.zeros([3]))).toThrow(/weights of shape \[3\]/);
    expect(() => dropout(x, x, 1)).toThrow(/rate 1/);
  });
});
