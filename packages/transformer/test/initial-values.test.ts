import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWeights, disposeWeights, sinusoidalPositions, truncatedNormal } from '../src/index';
import { erf } from './oracle';

describe('truncatedNormal', () => {
  const n = 200_000;
  const values = truncatedNormal(n, 0.02, 5);

  it('has the distribution of a normal cut at two standard deviations', () => {
    const z = Array.from(values, (value) => value / 0.02).sort((a, b) => a - b);
    expect(Math.abs(z[0]!)).toBeLessThanOrEqual(2 + 1e-6);
    expect(z.at(-1)).toBeLessThanOrEqual(2 + 1e-6);
    // Kolmogorov's statistic: below 1.95 / √n with probability 0.999.
    const phi = (x: number) => 0.5 * (1 + erf(x / Math.SQRT2));
    const cut = (x: number) => (phi(x) - phi(-2)) / (phi(2) - phi(-2));
    const statistic = Math.max(...Array.from({ length: 2000 }, (_, i) => Math.abs(cut(z[i * 100]!) - (i * 100) / n)));
    expect(statistic).toBeLessThan(1.95 / Math.sqrt(n) + 1 / n);
  });

  it('draws independently: no correlation of neighbours', () => {
    let product = 0;
    let square = 0;
    for (let i = 1; i < n; i++) {
      product += values[i]! * values[i - 1]!;
      square += values[i]! ** 2;
    }
    expect(Math.abs(product / square)).toBeLessThan(3.3 / Math.sqrt(n));
  });

  it('is the same for the same seed, a prefix for a shorter length, and another for another seed', () => {
    expect(truncatedNormal(50, 0.02, 5)).toEqual(values.slice(0, 50));
    expect(truncatedNormal(50, 0.02, 6)).not.toEqual(values.slice(0, 50));
    expect(Array.from(truncatedNormal(3, 1, 1))).toEqual(
      Array.from(Float32Array.of(-0.70841968, -0.8860234, -0.044663824)),
    );
  });
});

describe('sinusoidalPositions', () => {
  it('follows sin(p / 10000^(2i/d)) and cos', () => {
    const values = sinusoidalPositions(3, 4);
    const slow = 2 / 100;
    expect(Array.from(values.slice(8))).toEqual(
      Array.from(Float32Array.of(Math.sin(2), Math.cos(2), Math.sin(slow), Math.cos(slow))),
    );
    expect(sinusoidalPositions(3, 4, 1, 100)[10]).toBeCloseTo(Math.sin(2 / 10), 6);
  });

  it('has inner products that depend on the distance alone, and the promised mean square', () => {
    const width = 32;
    const values = sinusoidalPositions(60, width, 0.5);
    const inner = (p: number, q: number) =>
      Array.from({ length: width }, (_, k) => values[p * width + k]! * values[q * width + k]!).reduce((a, b) => a + b);
    for (const distance of [0, 1, 7]) {
      for (const p of [1, 20, 50]) expect(inner(p, p + distance)).toBeCloseTo(inner(0, distance), 5);
    }
    expect(inner(9, 9) / width).toBeCloseTo(0.5 ** 2 / 2, 6);
  });
});

describe('createWeights', () => {
  beforeAll(() => useBackend('cpu'));
  const parameters = [
    { name: 'a', shape: [3, 2], initial: { std: 0.1 } },
    { name: 'b', shape: [4], initial: 1 },
    { name: 'c', shape: [2], initial: Float32Array.of(5, 6) },
    { name: 'd', shape: [3, 2], initial: { std: 0.1 } },
  ];

  it('makes variables of the shapes and values asked for', async () => {
    const weights = await expectConservesTensors(
      () => createWeights(parameters, 7),
      () => 4,
    );
    expect(weights.a!.shape).toEqual([3, 2]);
    expect(Array.from(weights.b!.dataSync())).toEqual([1, 1, 1, 1]);
    expect(Array.from(weights.c!.dataSync())).toEqual([5, 6]);
    const before = tf.memory().numTensors;
    disposeWeights(weights);
    expect(tf.memory().numTensors).toBe(before - 4);
  });

  it('draws each tensor from its own stream: leaving one out, or another order, changes no other', () => {
    const all = createWeights(parameters, 7);
    const some = createWeights([parameters[3]!, parameters[1]!], 7);
    expect(some.d!.dataSync()).toEqual(all.d!.dataSync());
    expect(all.a!.dataSync()).not.toEqual(all.d!.dataSync());
    expect(createWeights(parameters, 8).a!.dataSync()).not.toEqual(all.a!.dataSync());
  });

  it('makes variables that outlive a tidy, two of one name included', () => {
    const [first, second] = tf.tidy(() => [createWeights(parameters, 7), createWeights(parameters, 7)]) as never as [
      Record<string, tf.Variable>,
      Record<string, tf.Variable>,
    ];
    expect(first.a!.dataSync()).toEqual(second.a!.dataSync());
    first.a!.assign(tf.zeros([3, 2]));
    expect(Math.abs(second.a!.dataSync()[0]!)).toBeGreaterThan(0);
  });
});
