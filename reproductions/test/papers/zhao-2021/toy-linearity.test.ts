import { matmul, matrix } from '@interlayer/linalg';
import { mean, variance } from '@interlayer/stats';
import { hostTensor } from '@interlayer/tensor-compile';
import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { ends, hiddenLinearity, learned, SHIFTS } from '../../../src/papers/zhao-2021/materials/toy-linearity';
import { digits } from '../../../src/papers/zhao-2021/toy/digits';
import type { Net } from '../../../src/papers/zhao-2021/toy/net';

describe('digits', () => {
  it('are ten thousand images of ten classes, in an order that the seed decides', () => {
    const { x, labels, sha256 } = digits(1);
    expect([x.rows, x.columns, new Set(labels).size]).toEqual([10_000, 784, 10]);
    const pixels = x.data as Float32Array;
    expect(pixels.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true);
    const other = digits(2);
    expect(other.sha256).toBe(sha256);
    expect([...other.labels.slice(0, 40)]).not.toEqual([...labels.slice(0, 40)]);
    const counts = (all: Int32Array) =>
      Array.from({ length: 10 }, (_, digit) => all.filter((each) => each === digit).length);
    expect(counts(other.labels)).toEqual(counts(labels));
  });
});

describe('the linearity of a hidden layer', () => {
  // One number x, as often below 0 as above; the ReLUs read x and −x, and the last layer tells negative numbers from others.
  const random = seededRandom(4);
  const values = Array.from({ length: 400 }, () => 10 * random() - 5);
  const points = {
    x: matrix(Float32Array.from(values), 1),
    labels: Int32Array.from(values, (value) => Number(value > 0)),
  };
  const net: Net = {
    shape: { inputs: 1, width: 2, layers: 1, classes: 2, norm: false, skip: false },
    layers: [
      { weight: hostTensor([1, -1], [1, 2]), bias: hostTensor([0, 0], [2]) },
      { weight: hostTensor([-1, 1, 1, -1], [2, 2]), bias: hostTensor([0, 0], [2]) },
    ],
  };

  it('is that of the best line through a ReLU, and of more of it with larger biases', async () => {
    const { accuracy, hidden, affine, others } = await hiddenLinearity(net, points, points, matmul);
    expect(accuracy).toBe(100);
    expect(affine).toBeCloseTo(1, 6);
    expect(others).toBeLessThan(0.05);
    const deviation = Math.sqrt(variance([...values, ...values.map((value) => -value)]));
    /** Explained and whole sums of squares of the best line, of both ReLUs together. */
    const lines = SHIFTS.map((shift) => {
      const parts = [1, -1].map((sign) => {
        const relus = values.map((value) => Math.max(0, sign * value + shift * deviation));
        const [x, y] = [mean(values), mean(relus)];
        const covariance = mean(values.map((value, i) => (value - x) * (relus[i]! - y)));
        const explained = covariance ** 2 / mean(values.map((value) => (value - x) ** 2));
        return [explained, mean(relus.map((value) => (value - y) ** 2))] as const;
      });
      return (parts[0]![0] + parts[1]![0]) / (parts[0]![1] + parts[1]![1]);
    });
    const scores = hidden.map((scorer) => scorer.scores().r2!);
    for (const [i, r2] of scores.entries()) expect(r2).toBeCloseTo(lines[i]!, 5);
    expect(scores[0]).toBeLessThan(scores[1]!);
    expect(scores.at(-1)).toBeCloseTo(1, 6);
  });

  it('does not count a net as right that says the other class', async () => {
    const wrong = { ...points, labels: points.labels.map((label) => 1 - label) };
    expect((await hiddenLinearity(net, points, wrong, matmul)).accuracy).toBe(0);
  });

  it('is trusted where the ends are right and the nets have learned', async () => {
    const checked = (change: object) => {
      const material = { nets: [{ accuracy: 90, affine: 1, others: 0, ...change }] };
      return [ends, learned].map((control) => control.check([material as never], [], undefined as never));
    };
    const passed = async (change: object) => (await Promise.all(checked(change))).map((outcome) => outcome.passed);
    expect(await passed({})).toEqual([true, true]);
    expect(await passed({ affine: 0.99 })).toEqual([false, true]);
    expect(await passed({ others: 0.06 })).toEqual([false, true]);
    expect(await passed({ accuracy: 84 })).toEqual([true, false]);
  });
});
