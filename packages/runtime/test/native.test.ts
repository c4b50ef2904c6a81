import { seededRandom, tolerance } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { installed, nativeAddon } from '../src/installed';
import { startBackend } from '../src/start-backend';

const found = installed('@tensorflow/tfjs-node');
const built = found !== undefined && nativeAddon(found) !== undefined;
if (!built)
  console.warn(
    'SKIPPED: tests of tfjs-node need its addon (scripts/native-tensorflow.sh builds it, docs/native-tensorflow.md)',
  );

/** Three Adam steps on a tiny classifier with an embedding, a product, a softmax and gathers: losses and weights. */
function train(): number[] {
  const random = seededRandom(3);
  const variable = (shape: number[]) =>
    tf.variable(
      tf.tensor(
        Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random() - 0.5),
        shape,
      ),
    );
  const table = variable([11, 6]) as tf.Variable<tf.Rank.R2>;
  const weights = variable([6, 4]) as tf.Variable<tf.Rank.R2>;
  const ids = tf.tensor2d([0, 3, 10, 3, 7, 7], [2, 3], 'int32');
  const labels = tf.oneHot(tf.tensor1d([1, 3], 'int32'), 4);
  const optimizer = tf.train.adam(0.05);
  const losses = [1, 2, 3].map(() => {
    const cost = optimizer.minimize(
      () => {
        const hidden = tf.mean(tf.tanh(tf.gather(table, ids)), 1);
        return tf.losses.softmaxCrossEntropy(labels, tf.matMul(hidden, weights)) as tf.Scalar;
      },
      true,
      [table, weights],
    )!;
    const [loss] = cost.dataSync();
    cost.dispose();
    return loss;
  });
  const result = [...losses, ...table.dataSync(), ...weights.dataSync()];
  tf.dispose([table, weights, ids, labels]);
  optimizer.dispose();
  return result;
}

describe.skipIf(!built)('tfjs-node', () => {
  it('multiplies, differentiates and trains like the cpu backend, within the threads it was given', async () => {
    await startBackend({ backend: 'cpu', log() {} });
    const expected = train();
    const lines: string[] = [];
    const started = await startBackend({ backend: 'tfjs-node', threads: 1, log: (line) => lines.push(line) });
    expect(started).toMatchObject({ backend: 'tfjs-node', threads: 1 });
    expect(lines[0]).toMatch(/^backend tfjs-node: as asked, eager, TensorFlow \d+\.\d+\.\d+'s own kernels/);
    expect(tf.getBackend()).toBe('tensorflow');
    expect(process.env.TF_NUM_INTRAOP_THREADS).toBe('1');
    const actual = train();
    expect(actual).toHaveLength(expected.length);
    for (const [i, value] of expected.entries())
      expect(Math.abs(actual[i] - value), `number ${i}`).toBeLessThanOrEqual(tolerance.gradient);
  });

  it('is what the eager ladder takes', async () => {
    const { backend, threads } = await startBackend({ threads: 2, log() {} });
    expect(backend).toBe('tfjs-node');
    // It was loaded with one thread above, and says so instead of what was asked.
    expect(threads).toBe(1);
  });
});
