import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawRows, hiddenStates, type TokenRow } from '../../src/materials/hidden-states';
import { bertLike, runtime, tokenizer } from '../subjects/tiny-models';

beforeAll(() => useBackend('cpu'));

const texts = [{ text: 'the king of the sea is in the country and it works' }, { text: 'we the people' }];

describe('rows of tokens', () => {
  it('are stretches of one length that do not overlap, in the order of the texts', () => {
    const all = drawRows(texts, { tokenizer }, { count: 9, length: 3, seed: 1 });
    const tokens = texts.map(({ text }) => tokenizer.encode(text, { addSpecialTokens: false }).ids);
    expect(all).toEqual(
      tokens.flatMap((ids, text) =>
        Array.from({ length: Math.floor(ids.length / 3) }, (_, i) => ({ ids: ids.slice(3 * i, 3 * i + 3), text })),
      ),
    );
    const some = drawRows(texts, { tokenizer }, { count: 2, length: 3, seed: 1 });
    expect(some).toHaveLength(2);
    expect(all).toEqual(expect.arrayContaining(some));
    expect(drawRows(texts, { tokenizer }, { count: 2, length: 3, seed: 1 })).toEqual(some);
  });
});

describe('hidden states', () => {
  it('are what a forward pass of each row holds at its tokens, without [CLS] and [SEP]', async () => {
    const { specimen } = bertLike();
    const rows: TokenRow[] = [
      [3, 1, 4, 1, 5],
      [9, 2],
      [5, 8, 9, 7, 9, 3, 2, 3, 8],
    ].map((ids) => ({ ids, text: 0 }));
    const sites = ['attention.output', 'ffn.hidden', 'output'] as const;
    const states = await expectConservesTensors(() => hiddenStates(specimen, rows, runtime, sites));
    const { cls, sep } = tokenizer.special;
    let start = 0;
    for (const { ids } of rows) {
      const whole = [cls!, ...ids, sep!];
      const expected = tf.tidy(() =>
        specimen
          .trace({ ids: tf.tensor2d(whole, [1, whole.length], 'int32'), mask: tf.ones([1, whole.length]) }, sites)
          .map((layer) => layer.map((value) => (value.arraySync() as number[][][])[0]!.slice(1, -1).flat())),
      );
      for (const [layer, ofSites] of expected.entries())
        for (const [site, values] of ofSites.entries()) {
          const { data, columns } = states[layer]![site]!;
          expect(data).toHaveLength(16 * columns);
          expect(columns).toBe(values.length / ids.length);
          const ours = data.subarray(start * columns, (start + ids.length) * columns);
          for (const [i, value] of values.entries()) expect(ours[i]).toBeCloseTo(value, 5);
        }
      start += ids.length;
    }
    specimen.dispose();
  });

  it('are refused where a site has no vector for each token', async () => {
    const { specimen } = bertLike();
    const rows = [{ ids: [3, 1, 4], text: 0 }];
    await expect(hiddenStates(specimen, rows, runtime, ['attention.probabilities'])).rejects.toThrow(
      'attention.probabilities has shape [1, 3, 8, 8], not 12 numbers for each token.',
    );
    specimen.dispose();
  });
});
