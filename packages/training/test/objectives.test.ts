import { eagerExecutor, hostTensor } from '@interlayer/tensor-compile';
import { expectConservesTensors, seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adamW,
  causalLoss,
  classificationLoss,
  compileAccumulatedStep,
  type ModelInputs,
  maskedLoss,
} from '../src/index';
import { makeExecutor, tinyModel } from './fixtures/tiny-run';

beforeAll(() => useBackend('cpu'));

const V = 5;
const D = 3;
const random = seededRandom(17);
const normal = (n: number) => Float32Array.from({ length: n }, () => 2 * random() - 1);
const table = normal(V * V);
const states = normal(V * D);
const head = normal(D * V);

/** −log softmax of one row, in float64. */
function loss(row: ArrayLike<number>, label: number): number {
  const values = Array.from(row);
  const top = Math.max(...values);
  return Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0)) + top - values[label];
}

const mean = (losses: number[], weights: number[]) =>
  losses.reduce((sum, value, i) => sum + value * weights[i], 0) / weights.reduce((a, b) => a + b, 0);

describe('causalLoss', () => {
  const ids = [
    [1, 2, 3, 4],
    [4, 0, 0, 2],
  ];
  const mask = [
    [1, 1, 1, 1],
    [1, 1, 0, 0],
  ];
  // Logits after a token depend on it alone, so that the expectation can be written down.
  const logits = ({ ids: read }: ModelInputs) => tf.gather(tf.tensor2d(table, [V, V]), read);
  const row = (token: number) => table.subarray(token * V, (token + 1) * V);

  it('scores each next token once', () => {
    const value = tf.tidy(() => causalLoss(logits)({ ids: tf.tensor2d(ids, [2, 4], 'int32') }).dataSync()[0]);
    const losses = ids.flatMap((tokens) => [0, 1, 2].map((t) => loss(row(tokens[t]), tokens[t + 1])));
    expect(value).toBeCloseTo(
      mean(
        losses,
        losses.map(() => 1),
      ),
      5,
    );
  });

  it('predicts nothing from padding on the left', () => {
    const left = [
      [1, 1, 1, 1],
      [0, 0, 1, 1],
    ];
    const value = tf.tidy(
      () =>
        causalLoss(logits)({
          ids: tf.tensor2d(ids, [2, 4], 'int32'),
          mask: tf.tensor2d(left, [2, 4]),
        }).dataSync()[0],
    );
    const losses = ids.flatMap((tokens) => [0, 1, 2].map((t) => loss(row(tokens[t]), tokens[t + 1])));
    expect(value).toBeCloseTo(mean(losses, [1, 1, 1, 0, 0, 1]), 5);
  });

  it('leaves out padded targets and hands the mask to the model without the last column', async () => {
    let seen: number[][] = [];
    const value = await expectConservesTensors(() =>
      tf.tidy(() => {
        const watching = (inputs: ModelInputs) => {
          seen = [inputs.ids.arraySync(), inputs.mask!.arraySync()].flat();
          return logits(inputs);
        };
        return causalLoss(watching)({
          ids: tf.tensor2d(ids, [2, 4], 'int32'),
          mask: tf.tensor2d(mask, [2, 4]),
        }).dataSync()[0];
      }),
    );
    const losses = ids.flatMap((tokens) => [0, 1, 2].map((t) => loss(row(tokens[t]), tokens[t + 1])));
    expect(value).toBeCloseTo(mean(losses, [1, 1, 1, 1, 0, 0]), 5);
    expect(seen).toEqual([
      [1, 2, 3],
      [4, 0, 0],
      [1, 1, 1],
      [1, 1, 0],
    ]);
  });

  it('needs two columns', () => {
    expect(() => causalLoss(logits)({ ids: tf.tensor2d([[1]], [1, 1], 'int32') })).toThrow('needs at least 2');
  });
});

describe('maskedLoss', () => {
  it('scores the weighted positions, and shows the head those states only', () => {
    const ids = [
      [1, 2, 3],
      [4, 0, 2],
    ];
    const positions = [4, 2, 0];
    const labels = [3, 1, 0];
    const weights = [1, 1, 0];
    const rows: number[] = [];
    const objective = maskedLoss(
      ({ ids: read }) => tf.gather(tf.tensor2d(states, [V, D]), read),
      (chosen) => {
        rows.push(chosen.shape[0]);
        return tf.matMul(chosen, tf.tensor2d(head, [D, V]));
      },
    );
    const value = tf.tidy(
      () =>
        objective({
          ids: tf.tensor2d(ids, [2, 3], 'int32'),
          positions: tf.tensor1d(positions, 'int32'),
          labels: tf.tensor1d(labels, 'int32'),
          weights: tf.tensor1d(weights),
        }).dataSync()[0],
    );
    const losses = positions.map((position, i) => {
      const token = ids.flat()[position];
      const logits = Array.from({ length: V }, (_, v) =>
        [0, 1, 2].reduce((sum, d) => sum + states[token * D + d] * head[d * V + v], 0),
      );
      return loss(logits, labels[i]);
    });
    expect(rows).toEqual([3]);
    expect(value).toBeCloseTo(mean(losses, weights), 5);
  });
});

describe('classificationLoss', () => {
  it('is the weighted mean over rows', () => {
    const objective = classificationLoss(({ ids }) =>
      tf.gather(tf.tensor2d(table, [V, V]), tf.reshape(tf.slice(ids, [0, 0], [-1, 1]), [-1])),
    );
    const inputs = {
      ids: [
        [1, 3],
        [2, 3],
        [0, 3],
      ],
      labels: [2, 4, 1],
      weights: [1, 1, 0],
    };
    const value = (weighted: boolean) =>
      tf.tidy(
        () =>
          objective({
            ids: tf.tensor2d(inputs.ids, [3, 2], 'int32'),
            labels: tf.tensor1d(inputs.labels, 'int32'),
            ...(weighted && { weights: tf.tensor1d(inputs.weights) }),
          }).dataSync()[0],
      );
    const losses = inputs.ids.map(([token], i) => loss(table.subarray(token * V, (token + 1) * V), inputs.labels[i]));
    expect(value(true)).toBeCloseTo(mean(losses, [1, 1, 0]), 5);
    expect(value(false)).toBeCloseTo(mean(losses, [1, 1, 1]), 5);
  });
});

describe.each(['eager', 'onnx'] as const)('gradient accumulation on the %s executor', (kind) => {
  it('equals one large batch, also when the micro-batches have unequal numbers of real tokens', async () => {
    const executor = await makeExecutor(kind);
    const big = tinyModel();
    const small = tinyModel();
    const options = { clipNorm: 0.5, weightDecay: 0.1 };
    const [a, b] = [adamW(options)(big.weights), adamW(options)(small.weights)];
    const whole = executor.compileStep(causalLoss(big.logits), a, Object.values(big.weights));
    const parts = compileAccumulatedStep(executor, causalLoss(small.logits), b, Object.values(small.weights));
    const rows = 12;
    const width = 6;
    for (let step = 1; step <= 3; step++) {
      const ids = Int32Array.from({ length: rows * width }, () => Math.floor(random() * 11));
      const mask = Float32Array.from({ length: rows * width }, (_, i) =>
        i % width < 2 + ((Math.floor(i / width) * 7) % 5) ? 1 : 0,
      );
      const cut = (data: Int32Array | Float32Array, from: number, to: number) =>
        hostTensor(data.slice(from * width, to * width), [to - from, width]);
      const batch = (from: number, to: number) => ({
        ids: cut(ids, from, to),
        mask: cut(mask, from, to),
      });
      const targets = (from: number, to: number) =>
        mask.slice(from * width, to * width).reduce((sum, value, i) => sum + (i % width === 0 ? 0 : value), 0);
      const one = await whole(batch(0, 12), a.scalars(step, 0.05));
      const three = await parts([batch(0, 4), batch(4, 8), batch(8, 12)], b.scalars(step, 0.05), [
        targets(0, 4),
        targets(4, 8),
        targets(8, 12),
      ]);
      expect(Math.abs(one.loss - three.loss)).toBeLessThan(tolerance.loss);
      expect(Math.abs(one.gradientNorm - three.gradientNorm)).toBeLessThan(tolerance.gradient);
    }
    await executor.pull();
    for (const name of Object.keys(big.weights) as (keyof typeof big.weights)[]) {
      const [x, y] = [big.weights[name].dataSync(), small.weights[name].dataSync()];
      // Adam divides by the gradient's own size: rounding of small gradients shows as it is.
      for (const [i, value] of x.entries()) expect(Math.abs(value - y[i]), name).toBeLessThan(tolerance.gradient);
    }
    await whole.dispose();
    await parts.dispose();
    await executor.dispose();
  });
});

it('accumulation refuses micro-batches without weight', async () => {
  const model = tinyModel();
  const step = compileAccumulatedStep(
    eagerExecutor(),
    causalLoss(model.logits),
    adamW()(model.weights),
    Object.values(model.weights),
  );
  const ids = hostTensor(new Int32Array(4), [1, 4]);
  await expect(step([{ ids }], { stepSize: 0, damping: 1, keep: 1 }, [0])).rejects.toThrow('weigh 0 together');
});
