import { matrix } from '@interlayer/linalg';
import { tolerance } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { controlLabels, onlineCode, type ProbeTask, splitOf } from '../src/index';
import { labelBits } from '../src/label-bits';
import { ones, plantedData } from './formula-data';
import { newton } from './newton';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const taskOf = (change: Partial<ProbeTask> = {}): ProbeTask => {
  const { X, ids } = plantedData({ n: 400, d: 4, signal: 2 });
  return { X, ids, classes: [0, 1, 2], kind: 'logistic', lambdas: [1, 0.1, 0.01], metric: 'accuracy', ...change };
};
const split = splitOf({ train: range(0, 300), dev: range(300, 400), test: [] });
/** One group, so that the rows are sent in their order. */
const inOrder = new Array(400).fill('all');

describe('labelBits', () => {
  test('is a code: the probabilities of all classes, seen and unseen, sum to one', () => {
    const scores = matrix([0.3, -2, Number.NEGATIVE_INFINITY, 1, Number.NEGATIVE_INFINITY], 5);
    const bits = range(0, 5).map((id) => labelBits(scores, Int32Array.of(id), Int32Array.of(5, 2, 0, 3, 0))[0]);
    expect(bits.reduce((sum, each) => sum + 2 ** -each, 0)).toBeCloseTo(1, 12);
    expect(2 ** -bits[2]).toBeCloseTo(1 / 12, 12);
  });
});

describe('onlineCode', () => {
  test('equals the sum of log₂ probabilities of probes fitted by Newton’s method on the rows before', () => {
    const task = taskOf({ lambdas: [0.1], tolerance: 1e-9 });
    const fractions = [0.1, 0.3, 1];
    const code = onlineCode(task, split, inOrder, { seed: 1, fractions });
    const ends = [30, 90, 300];
    let expected = 30 * Math.log2(3);
    for (const [from, to] of [ends.slice(0, 2), ends.slice(1, 3)]) {
      const column = (j: number) => range(0, from).map((i) => task.X.data[i * 4 + j]);
      const means = range(0, 4).map((j) => column(j).reduce((a, b) => a + b) / from);
      const scales = range(0, 4).map((j) =>
        Math.sqrt(column(j).reduce((sum, x) => sum + (x - means[j]) ** 2, 0) / from),
      );
      const Z = Float64Array.from(task.X.data, (x, i) => (x - means[i % 4]) / scales[i % 4]);
      const rows = {
        X: matrix(Z.slice(0, from * 4), 4),
        ids: task.ids.slice(0, from),
        classes: 3,
        weights: ones(from),
      };
      const { coefficients, intercept } = newton(rows, 0.1);
      for (let i = from; i < to; i++) {
        const exps = intercept.map((b, c) =>
          Math.exp(range(0, 4).reduce((sum, j) => sum + coefficients[c * 4 + j] * Z[i * 4 + j], b)),
        );
        expected -= Math.log2(exps[task.ids[i]] / exps.reduce((a, b) => a + b));
      }
    }
    expect(code.blocks.map(({ from, to, lambda }) => [from, to, lambda])).toEqual([
      [0, 30, undefined],
      [30, 90, 0.1],
      [90, 300, 0.1],
    ]);
    expect(Math.abs(code.bits - expected) / expected).toBeLessThan(tolerance.recordedOptimum);
    expect(code.uniformBits).toBe(300 * Math.log2(3));
    expect(code.compression).toBe(code.uniformBits / code.bits);
    expect(code.blocks.reduce((sum, { bits }) => sum + bits, 0)).toBeCloseTo(code.bits, 9);
  });

  test('features that say something compress the labels; random labels are not compressed', () => {
    const rows = range(0, 400);
    const real = onlineCode(taskOf(), split, rows, { seed: 1 });
    expect(real.compression).toBeGreaterThan(1.8);
    const ids = controlLabels(taskOf().ids, rows, { classes: 3, seed: 2 });
    const random = onlineCode(taskOf({ ids }), split, rows, { seed: 1 });
    expect(random.compression).toBeLessThan(1.05);
    expect(random.compression).toBeGreaterThan(0.8);
    expect(onlineCode(taskOf({ classWeights: 'balanced' }), split, rows, { seed: 1 })).toEqual(real);
    expect(onlineCode(taskOf(), split, rows, { seed: 3 }).bits).not.toBe(real.bits);
  });

  test('classes that come late cost bits, not infinity', () => {
    const ids = Int32Array.from(range(0, 400), (i) => (i < 100 ? 0 : i < 200 ? 1 : i % 3));
    const code = onlineCode(taskOf({ ids }), split, inOrder, { seed: 1 });
    expect(Number.isFinite(code.bits)).toBe(true);
    // The first 75 rows (a quarter) are of class 0; the probe of the first 38 is sure of it but for two unseen classes.
    const block = code.blocks.find(({ to }) => to === 75)!;
    expect(block.bits).toBeCloseTo((75 - block.from) * Math.log2((block.from + 2) / block.from), 9);
  });

  test('refuses what is no code', () => {
    const encode = (fractions: number[]) => () => onlineCode(taskOf(), split, inOrder, { seed: 1, fractions });
    expect(encode([0.5, 0.25, 1])).toThrow('must ascend within (0, 1]');
    expect(encode([0, 1])).toThrow('must ascend within (0, 1]');
    expect(encode([0.5])).toThrow('The last fraction of the online code is 0.5; it must be 1');
    expect(() => onlineCode(taskOf({ kind: 'ridge' }), split, inOrder, { seed: 1 })).toThrow(
      'ridge probe does not have',
    );
  });
});
