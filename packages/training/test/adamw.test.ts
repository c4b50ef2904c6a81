import { readFileSync } from 'node:fs';
import { expectConservesTensors, seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AdamWOptions, adamW, type TrainingOptimizer } from '../src/index';

beforeAll(() => useBackend('cpu'));

type Settings = Required<Omit<AdamWOptions, 'decays'>>;

/** The textbook: Loshchilov & Hutter 2019, algorithm 2, one weight at a time in float64. */
class Textbook {
  readonly weights: number[];
  private readonly decaying: boolean[];
  private readonly o: Settings;
  private readonly m: number[];
  private readonly v: number[];
  constructor(weights: number[], decaying: boolean[], o: Settings) {
    this.weights = weights;
    this.decaying = decaying;
    this.o = o;
    this.m = weights.map(() => 0);
    this.v = weights.map(() => 0);
  }
  step(t: number, rate: number, gradients: number[]): number {
    const norm = Math.sqrt(gradients.reduce((sum, g) => sum + g * g, 0));
    const clip = Math.min(1, this.o.clipNorm / (norm + 1e-6));
    for (const [i, raw] of gradients.entries()) {
      const g = raw * clip;
      if (this.decaying[i]) this.weights[i] -= rate * this.o.weightDecay * this.weights[i];
      this.m[i] = this.o.beta1 * this.m[i] + (1 - this.o.beta1) * g;
      this.v[i] = this.o.beta2 * this.v[i] + (1 - this.o.beta2) * g * g;
      const m = this.m[i] / (1 - this.o.beta1 ** t);
      const v = this.v[i] / (1 - this.o.beta2 ** t);
      this.weights[i] -= (rate * m) / (Math.sqrt(v) + this.o.epsilon);
    }
    return norm;
  }
}

function applyStep(
  optimizer: TrainingOptimizer,
  variables: tf.Variable[],
  gradients: tf.Tensor[],
  t: number,
  rate: number,
) {
  return tf.tidy(() => {
    const scalars = Object.fromEntries(
      Object.entries(optimizer.scalars(t, rate)).map(([name, value]) => [name, tf.scalar(value)]),
    );
    const reported = optimizer.apply(gradients, variables, scalars);
    return (reported as Record<string, tf.Scalar>).gradientNorm.dataSync()[0];
  });
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);

describe('adamW', () => {
  it('agrees with the textbook in float64 over 40 steps with decay and clipping', () => {
    const random = seededRandom(5);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const o = { beta1: 0.8, beta2: 0.95, epsilon: 1e-5, weightDecay: 0.2, clipNorm: 3 };
    const variables = {
      'a.weight': tf.variable(tf.tensor2d(Array.from({ length: 12 }, normal), [3, 4])),
      'a.bias': tf.variable(tf.tensor1d(Array.from({ length: 4 }, normal))),
    };
    const list = Object.values(variables);
    const flat = () => list.flatMap((variable) => [...variable.dataSync()]);
    const textbook = new Textbook(flat(), [...Array(12).fill(true), ...Array(4).fill(false)], o);
    const optimizer = adamW(o)(variables);
    let clipped = 0;
    for (let t = 1; t <= 40; t++) {
      const gradients = Float32Array.from({ length: 16 }, () => normal() * (0.2 + random()));
      const rate = 0.05 / t;
      const norm = textbook.step(t, rate, [...gradients]);
      if (norm > o.clipNorm) clipped++;
      const reported = tf.tidy(() =>
        applyStep(
          optimizer,
          list,
          [tf.tensor2d(gradients.slice(0, 12), [3, 4]), tf.tensor1d(gradients.slice(12))],
          t,
          rate,
        ),
      );
      expect(Math.abs(reported - norm)).toBeLessThan(tolerance.float32 * norm);
      expect(largest(flat(), textbook.weights)).toBeLessThan(tolerance.float32);
    }
    expect(clipped).toBeGreaterThan(5);
    expect(clipped).toBeLessThan(35);
    optimizer.dispose();
    tf.dispose(list);
  });

  it('agrees with PyTorch (recorded by fixtures/record_adamw.py)', () => {
    const recorded = JSON.parse(readFileSync(new URL('./fixtures/adamw.json', import.meta.url), 'utf8'));
    const names = Object.keys(recorded.shapes);
    const variables = Object.fromEntries(
      names.map((name) => [name, tf.variable(tf.tensor(recorded.initial[name], recorded.shapes[name]))]),
    );
    const optimizer = adamW(recorded.options)(variables);
    for (const [i, step] of recorded.steps.entries()) {
      const norm = tf.tidy(() =>
        applyStep(
          optimizer,
          Object.values(variables),
          names.map((name) => tf.tensor(step.gradients[name], recorded.shapes[name])),
          i + 1,
          recorded.rates[i],
        ),
      );
      expect(Math.abs(norm - step.gradientNorm)).toBeLessThan(tolerance.float32 * step.gradientNorm);
      for (const name of names)
        expect(largest(variables[name].dataSync(), step.parameters[name]), `${name} after step ${i + 1}`).toBeLessThan(
          tolerance.float32,
        );
    }
  });

  it('decays matrices and no vectors by default, without any gradient', () => {
    const variables = { w: tf.variable(tf.ones([2, 2])), gain: tf.variable(tf.ones([2])) };
    const zero = [tf.zeros([2, 2]), tf.zeros([2])];
    applyStep(adamW({ weightDecay: 0.5 })(variables), Object.values(variables), zero, 1, 0.1);
    expect([...variables.w.dataSync()]).toEqual(Array(4).fill(Math.fround(0.95)));
    expect([...variables.gain.dataSync()]).toEqual([1, 1]);
    const optimizer = adamW({ weightDecay: 0.5, decays: (_, name) => name === 'gain' })(variables);
    expect(optimizer.settings.decaying).toEqual(['gain']);
    applyStep(optimizer, Object.values(variables), zero, 1, 0.1);
    expect([...variables.gain.dataSync()]).toEqual(Array(2).fill(Math.fround(0.95)));
  });

  it('makes two slots a weight and gives every tensor back', async () => {
    const variables = { w: tf.variable(tf.ones([2, 2])), b: tf.variable(tf.ones([2])) };
    await expectConservesTensors(() => {
      const optimizer = adamW({ clipNorm: 1 })(variables);
      expect(optimizer.slots.map(({ shape }) => shape)).toEqual([[2, 2], [2], [2, 2], [2]]);
      expect(optimizer.slotNames).toEqual(['w.moment1', 'b.moment1', 'w.moment2', 'b.moment2']);
      const gradients = [tf.ones([2, 2]), tf.ones([2])];
      applyStep(optimizer, Object.values(variables), gradients, 1, 0.1);
      tf.dispose(gradients);
      optimizer.dispose();
    });
  });

  it('refuses options out of range and integer variables', () => {
    expect(() => adamW({ beta1: 1 })).toThrow('adamW: beta1 is 1; expected a number of [0, 1)');
    expect(() => adamW({ beta2: -0.1 })).toThrow('beta2');
    expect(() => adamW({ epsilon: 0 })).toThrow('epsilon is 0');
    expect(() => adamW({ weightDecay: Number.NaN })).toThrow('weightDecay is NaN');
    expect(() => adamW({ clipNorm: 0 })).toThrow('clipNorm is 0');
    const ids = { ids: tf.variable(tf.tensor1d([1, 2], 'int32')) };
    expect(() => adamW()(ids)).toThrow('variable "ids" is int32; only float32 weights can be trained');
  });
});
