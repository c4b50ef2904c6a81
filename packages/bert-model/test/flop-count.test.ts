import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBert, flopsPerToken } from '../src/index';

const BASE = { vocab_size: 30_522, hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12 };
const every = (period: number, layers: number) => Array.from({ length: layers }, (_, i) => (i + 1) % period === 0);

describe('BERT-base', () => {
  it('has the shares of Sridhar and Sarah’s set-up: 64.9 % feed-forward at 128 tokens, 60.0 % at 512', () => {
    const share = (length: number) => {
      const { feedForward, total } = flopsPerToken(BASE, length);
      return ((100 * feedForward) / total).toFixed(1);
    };
    expect([share(128), share(512)]).toEqual(['64.9', '60.0']);
  });

  it('loses 32.4 % and 30.0 % of its operations with every second feed-forward block', () => {
    const saved = (length: number) => {
      const half = flopsPerToken({ ...BASE, feed_forward: every(2, 12) }, length).total;
      return (100 * (1 - half / flopsPerToken(BASE, length).total)).toFixed(1);
    };
    expect([saved(128), saved(512)]).toEqual(['32.4', '30.0']);
  });
});

/** 2 · rows · columns · inner of every matrix product that runs, counted as it runs. */
async function counted(run: () => tf.TensorContainer): Promise<number> {
  const { kernels } = await tf.profile(run as () => tf.TensorContainer & object);
  return kernels
    .filter(({ name }) => name === 'BatchMatMul' || name === '_FusedMatMul')
    .reduce((sum, { inputShapes, outputShapes }) => {
      const [size, out] = [inputShapes[0]!, outputShapes[0]!].map((shape) =>
        shape.reduce((all, axis) => all * axis, 1),
      );
      // |A| = rows · inner and |A · B| = rows · columns, for each product of the batch.
      const rows = out! / outputShapes[0]!.at(-1)!;
      return sum + 2 * out! * (size! / rows);
    }, 0);
}

describe('the matrix products that run', () => {
  beforeAll(() => useBackend('cpu'));

  it.each([1, 2, 3, Number.POSITIVE_INFINITY])(
    'are those of the formula, with a block every %d layers (AR6)',
    async (period) => {
      const config = {
        vocab_size: 19,
        hidden_size: 12,
        num_hidden_layers: 6,
        num_attention_heads: 3,
        intermediate_size: 20,
        max_position_embeddings: 9,
        feed_forward: every(period, 6),
      };
      const model = createBert(config, { seed: 1 });
      try {
        const ids = tf.zeros([2, 7], 'int32') as tf.Tensor2D;
        expect(await counted(() => model.run({ ids }).hidden)).toBe(2 * 7 * flopsPerToken(config, 7).total);
        ids.dispose();
      } finally {
        model.dispose();
      }
    },
  );
});

it.each([0, -1, 1.5, Number.NaN])('refuses rows of %d tokens', (length) => {
  expect(() => flopsPerToken(BASE, length)).toThrow(`length is ${length}; it must be a positive integer.`);
});
