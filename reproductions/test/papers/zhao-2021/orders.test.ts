import { fixedPoints, identity, repeat, swap, swaps } from '@interlayer/layer-permute';
import { expectConservesTensors, temporaryFolder, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskedRow } from '../../../src/papers/zhao-2021/materials/asked-rows';
import { heldOutMasked, maskedRows } from '../../../src/papers/zhao-2021/materials/masked-text';
import { nextTokenRows } from '../../../src/papers/zhao-2021/materials/next-tokens';
import {
  everyShuffle,
  FEWER_BLOCKS,
  reordered,
  scoreOrders,
  shuffled,
  someSwaps,
  staying,
} from '../../../src/papers/zhao-2021/materials/orders';
import { Store } from '../../../src/run/store';
import { subjects } from '../../../src/subjects';
import { bertLike, llamaLike, runtime, SPECIAL, type Tiny } from '../../subjects/tiny-models';

const WORDS =
  'the kingss of the sea is in the country and it works in peace and gold and trade great courts same wheat';
const texts = [0, 1, 2].map((i) => ({ text: `${WORDS.split(' ').slice(i).join(' ')} `.repeat(4) }));

let tiny: Tiny;
let rows: AskedRow[];
beforeAll(async () => {
  await useBackend('cpu');
  tiny = bertLike();
  rows = maskedRows(texts, tiny.specimen, { count: 6, seed: 5 });
});
afterAll(() => tiny.specimen.dispose());

describe('masked rows', () => {
  it('have [CLS], [SEP] and labels for 15 % of the tokens between them, the same for the same seed', () => {
    expect(rows).toHaveLength(6);
    for (const { ids, places, labels } of rows) {
      expect([ids.length, ids[0], ids.at(-1)]).toEqual([30, SPECIAL.cls, SPECIAL.sep]);
      expect([places.length, labels.length]).toEqual([4, 4]);
      for (const place of places) expect(place > 0 && place < 29).toBe(true);
    }
    expect(maskedRows(texts, tiny.specimen, { count: 6, seed: 5 })).toEqual(rows);
    expect(maskedRows(texts, tiny.specimen, { count: 3, seed: 5 })).toHaveLength(3);
  });

  it('know the unigram loss of their labels, which over all tokens is the entropy of the text', () => {
    const text = [{ text: 'kings kings kings sea '.repeat(14) }];
    const [row] = maskedRows(text, tiny.specimen, { count: 1, seed: 5 });
    const king = tiny.specimen.tokenizer.encode('kings', { addSpecialTokens: false }).ids[0];
    const expected = Array.from(row!.labels, (label) => -Math.log(label === king ? 3 / 4 : 1 / 4));
    expect(row!.unigram).toBeCloseTo(expected.reduce((sum, loss) => sum + loss, 0) / 4, 12);
  });
});

describe('rows of next tokens', () => {
  it('ask at every token for the one that follows, with its unigram loss', () => {
    const { specimen } = llamaLike();
    const asked = nextTokenRows(texts, specimen, { count: 3, seed: 5 });
    expect(asked).toHaveLength(3);
    const all = texts.flatMap(({ text }) => {
      const { ids } = specimen.tokenizer.encode(text, { addSpecialTokens: false });
      return ids.slice(0, ids.length - (ids.length % 24));
    });
    for (const { ids, places, labels, unigram } of asked) {
      expect([...places]).toEqual(identity(23));
      expect([...ids.slice(1)]).toEqual([...labels.slice(0, -1)]);
      const losses = Array.from(labels, (label) => Math.log(all.length / all.filter((id) => id === label).length));
      expect(unigram).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 23, 12);
    }
    specimen.dispose();
  });

  it('are scored as the model itself scores them, its layers in any order', async () => {
    const { specimen, scores } = llamaLike();
    const { layers } = specimen;
    const asked = nextTokenRows(texts, specimen, { count: 3, seed: 5 });
    const orders = [identity(layers), swap(layers, 0, layers - 1)];
    const ours = await scoreOrders(specimen, asked, orders, runtime);
    for (const [k, order] of orders.entries())
      for (const [i, row] of asked.entries()) {
        const expected = byHand(row, order, { specimen, scores });
        expect(ours[k]!.accuracy[i]).toBe(expected.accuracy);
        expect(Math.abs(ours[k]!.loss[i]! - expected.loss)).toBeLessThan(tolerance.float32 * 10);
      }
    specimen.dispose();
  });
});

describe('orders of many layers', () => {
  it('are all neighbours, a few swaps of each distance, and shuffles of some numbers of layers that stay', () => {
    const some = someSwaps(30, 1);
    const at = (distance: number) => some.filter((swap) => swap.distance === distance).length;
    expect(at(1)).toBe(29);
    for (let distance = 2; distance <= 29; distance++) expect(at(distance)).toBe(Math.min(3, 30 - distance));
    expect(someSwaps(30, 1)).toEqual(some);
    expect(staying(30)).toEqual([28, 25, 22, 19, 16, 13, 10, 7, 4, 1, 0]);
    const shuffles = everyShuffle(30, 1);
    expect(shuffles.map(fixedPoints)).toEqual(staying(30).flatMap((k) => Array(4).fill(k)));
  });

  it('are all of them where there are few layers', () => {
    expect(someSwaps(12, 1)).toEqual(swaps(12));
    expect(staying(6)).toEqual([4, 3, 2, 1, 0]);
    expect(staying(12)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });
});

/** Accuracy and loss the long way: a forward pass of one row, and a softmax by hand. */
function byHand({ ids, places, labels }: AskedRow, order: readonly number[], { specimen, scores }: Tiny) {
  const states = tf.tidy(() => {
    const tensors = {
      ids: tf.tensor2d([...ids], [1, ids.length], 'int32'),
      mask: tf.ones<tf.Rank.R2>([1, ids.length]),
    };
    return (specimen.streamAfter(order, tensors).arraySync() as number[][][])[0]!;
  });
  const rows = scores(Array.from(places, (place) => states[place]!));
  const losses = rows.map((row, i) => {
    const most = Math.max(...row);
    return most + Math.log(row.reduce((sum, score) => sum + Math.exp(score - most), 0)) - row[labels[i]!]!;
  });
  const hits = rows.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]);
  return {
    accuracy: (100 * hits.length) / labels.length,
    loss: losses.reduce((sum, loss) => sum + loss, 0) / labels.length,
  };
}

describe('scores of orders', () => {
  it('are those of each order run by itself, row by row', async () => {
    const orders = [identity(3), swap(3, 0, 2), swap(3, 1, 2), repeat(3, 1, 3)];
    const shares: number[] = [];
    const scores = await expectConservesTensors(() =>
      scoreOrders(tiny.specimen, rows, orders, runtime, (share) => shares.push(share)),
    );
    expect(shares.at(-1)).toBe(1);
    for (const [k, order] of orders.entries())
      for (const [i, row] of rows.entries()) {
        const expected = byHand(row, order, tiny);
        expect(scores[k]!.accuracy[i]).toBe(expected.accuracy);
        expect(Math.abs(scores[k]!.loss[i]! - expected.loss)).toBeLessThan(tolerance.float32 * 10);
      }
    expect(scores[0]!.loss).not.toEqual(scores[1]!.loss);
  });
});

describe('scores that several materials share', () => {
  it('are those of each material made by itself', async () => {
    const subject = subjects.find(({ id }) => id === 'mini-bert');
    const settings = {
      seed: 1,
      sample: 2,
      backend: 'onnx-cpu' as const,
      threads: 1,
      out: await temporaryFolder(),
      resume: false,
    };
    const store = new Store(subject, 'mini', settings, 'shared scores');
    try {
      const { bench } = store.bench();
      const rows = await heldOutMasked(bench, 128);
      const together = [await bench.get(shuffled), await bench.get(reordered)];
      expect(together[0]!.orders).toEqual([identity(6), ...everyShuffle(6, 1)]);
      expect(together[1]!.orders.slice(0, 16)).toEqual([identity(6), ...swaps(6).map(({ order }) => order)]);
      expect(together[1]!.names).toEqual(FEWER_BLOCKS);
      for (const { names, orders, models } of together)
        for (const [i, name] of names.entries()) {
          const some = [0, 5, orders.length - 1];
          const expected = await scoreOrders(
            await bench.specimen(name),
            rows,
            some.map((k) => orders[k]!),
            await bench.runtime(),
          );
          expect(some.map((k) => models[i]![k])).toEqual(expected);
        }
    } finally {
      await store.dispose();
    }
  });
});
