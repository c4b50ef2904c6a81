import { createBert } from '@interlayer/bert-model';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { eagerExecutor } from '@interlayer/tensor-compile';
import { expectConservesTensors, seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import { loadTokenizer, type Tokenizer } from '@interlayer/tokenizer';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { heldOutMasks, maskedBaselines, maskedHeldOut } from '../src/masked-held-out';
import { maskedRows } from '../src/masked-rows';

let tokenizer: Tokenizer;
beforeAll(async () => {
  await useBackend('cpu');
  tokenizer = await loadTokenizer(miniGptFolder());
});

const random = seededRandom(8);
const LENGTH = 22;
const text = (length: number) => Int32Array.from({ length }, () => 5 + Math.floor(random() ** 2 * 30));
const held = [
  { id: 'a', tokens: Int32Array.of(2, ...text(50), 3) },
  { id: 'b', tokens: text(25) },
];

describe('maskedRows', () => {
  it('cuts the text without its special tokens, and puts [CLS] and [SEP] around each part', () => {
    const rows = maskedRows(held[0].tokens, LENGTH, tokenizer);
    const inner = held[0].tokens.slice(1, -1);
    expect(rows.map(({ ids }) => [...ids])).toEqual([
      [2, ...inner.slice(0, 20), 3],
      [2, ...inner.slice(20, 40), 3],
    ]);
    expect(() => maskedRows(inner, 2, tokenizer)).toThrow('length is 2');
    expect(() => maskedRows(inner, 5, { special: {}, specialIds: [] })).toThrow('[CLS] and [SEP]');
  });
});

describe('heldOutMasks', () => {
  it('are the same each time, of 15 % of a row, and never of a special token', () => {
    const masks = heldOutMasks(held[0], LENGTH, tokenizer);
    expect(heldOutMasks(held[0], LENGTH, tokenizer)).toEqual(masks);
    expect(masks.map(({ count }) => count)).toEqual([3, 3]);
    const rows = maskedRows(held[0].tokens, LENGTH, tokenizer);
    for (const [row, { positions, labels }] of masks.entries())
      expect([...labels]).toEqual([...positions].map((position) => rows[row].ids[position]));
    // Another address has other masks, also where its text is the same.
    expect(heldOutMasks({ ...held[0], id: 'c' }, LENGTH, tokenizer)).not.toEqual(masks);
  });
});

describe('held-out losses', () => {
  it('are softmax cross-entropy and accuracy over all rows of an address', async () => {
    const model = createBert(
      {
        vocab_size: 4096,
        hidden_size: 8,
        num_hidden_layers: 1,
        num_attention_heads: 2,
        max_position_embeddings: LENGTH,
      },
      { seed: 4, std: 0.5, heads: ['mlm'] },
    );
    const losses = await expectConservesTensors(() => maskedHeldOut(eagerExecutor(), model, held, LENGTH, tokenizer));
    expect(losses.map(({ id, tokens }) => [id, tokens])).toEqual([
      ['a', 6],
      ['b', 3],
    ]);
    for (const [i, address] of held.entries()) {
      // The same from all logits of the row by tfjs's own operations.
      let [sum, right, count] = [0, 0, 0];
      for (const { inputIds, positions, labels } of heldOutMasks(address, LENGTH, tokenizer))
        tf.tidy(() => {
          const { mlmLogits } = model.run({ ids: tf.tensor2d(inputIds, [1, LENGTH], 'int32') });
          const chosen = tf.gather(tf.reshape(mlmLogits!, [LENGTH, 4096]), tf.tensor1d(positions, 'int32'));
          const logs = tf.logSoftmax(chosen).arraySync() as number[][];
          const best = tf.argMax(chosen, 1).dataSync();
          labels.forEach((label, slot) => {
            sum -= logs[slot][label];
            right += best[slot] === label ? 1 : 0;
            count++;
          });
        });
      expect(Math.abs(losses[i].loss - sum / count)).toBeLessThan(tolerance.loss);
      expect(losses[i].top1).toBeCloseTo(right / count, 12);
    }
    model.dispose();
  });
});

describe('baselines', () => {
  it('are those of the predicted tokens', () => {
    const labels = held.flatMap((address) =>
      heldOutMasks(address, LENGTH, tokenizer).flatMap((masks) => [...masks.labels]),
    );
    const shares = [...new Set(labels)].map(
      (label) => labels.filter((other) => other === label).length / labels.length,
    );
    const { unigramEntropy, mostFrequentShare } = maskedBaselines(held, LENGTH, tokenizer);
    expect(mostFrequentShare).toBe(Math.max(...shares));
    expect(unigramEntropy).toBeCloseTo(-shares.reduce((sum, share) => sum + share * Math.log(share), 0), 12);
  });
});
