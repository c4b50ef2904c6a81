import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskTokens } from '../src/mask-tokens';

const tokenizer = {
  special: { pad: 0, mask: 4 },
  specialIds: [0, 1, 2, 3, 4],
  ids: Array.from({ length: 100 }, (_, id) => id),
};
/** [CLS] real … [SEP] padding …, B rows. */
const batchOf = (lengths: number[], T: number) => {
  const ids = new Int32Array(lengths.length * T);
  const mask = new Int32Array(ids.length);
  lengths.forEach((length, row) => {
    for (let i = 0; i < length + 2; i++) {
      ids[row * T + i] = i === 0 ? 2 : i === length + 1 ? 3 : 5 + ((row * 31 + i * 7) % 95);
      mask[row * T + i] = 1;
    }
  });
  return { ids, mask };
};

describe('maskTokens', () => {
  test('what it must do, for any batch', () => {
    const lengths = fc
      .array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 6 })
      .filter((all) => Math.max(...all) > 0);
    fc.assert(
      fc.property(lengths, fc.integer(), fc.double({ min: 0.01, max: 1, noNaN: true }), (lengths, seed, rate) => {
        const batch = batchOf(lengths, 12);
        const before = batch.ids.slice();
        const { inputIds, positions, labels, weights, count } = maskTokens(batch, tokenizer, { seed, rate });
        const real = lengths.reduce((sum, length) => sum + length, 0);
        const slots = Math.max(1, Math.round(rate * batch.ids.length));
        expect([positions.length, labels.length, weights.length]).toEqual([slots, slots, slots]);
        expect(count).toBe(Math.max(1, Math.round(rate * real)));
        expect([...weights]).toEqual([...Array(count).fill(1), ...Array(slots - count).fill(0)]);
        const used = [...positions.subarray(0, count)];
        expect(used).toEqual([...new Set(used)].sort((a, b) => a - b));
        used.forEach((position, slot) => {
          expect(batch.mask[position]).toBe(1);
          expect(before[position]).toBeGreaterThan(4);
          expect(labels[slot]).toBe(before[position]);
          expect([0, 1, 2, 3]).not.toContain(inputIds[position]);
        });
        inputIds.forEach((id, position) => {
          if (!used.includes(position)) expect(id).toBe(before[position]);
        });
        expect(batch.ids).toEqual(before);
        expect([...positions.subarray(count), ...labels.subarray(count)].every((value) => value === 0)).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('80, 10 and 10 %, and places and replacements spread evenly', () => {
    const batch = batchOf(Array(100).fill(100), 102);
    const kinds = { mask: 0, random: 0, same: 0 };
    const drawn = new Set<number>();
    const perColumn = new Float64Array(102);
    let n = 0;
    for (let seed = 0; seed < 10; seed++) {
      const { inputIds, positions, labels, count } = maskTokens(batch, tokenizer, { seed });
      n += count;
      positions.subarray(0, count).forEach((position, slot) => {
        perColumn[position % 102]!++;
        const id = inputIds[position]!;
        if (id === 4) kinds.mask++;
        else if (id === labels[slot]) kinds.same++;
        else {
          kinds.random++;
          drawn.add(id);
        }
      });
    }
    expect(n).toBe(15_000);
    // A random draw gives the same token once in 95 times. Four standard deviations of a binomial.
    const near = (observed: number, p: number, trials: number) =>
      expect(Math.abs(observed - p * trials)).toBeLessThan(4 * Math.sqrt(p * (1 - p) * trials));
    near(kinds.mask, 0.8, n);
    near(kinds.random, (0.1 * 94) / 95, n);
    near(kinds.same, 0.1 + 0.1 / 95, n);
    expect(drawn.size).toBe(95);
    for (let column = 1; column <= 100; column++) near(perColumn[column]!, 0.15, 1000);
  });

  test('the same seed gives the same masks, another one others', () => {
    const batch = batchOf([10, 10], 12);
    expect(maskTokens(batch, tokenizer, { seed: 7 })).toEqual(maskTokens(batch, tokenizer, { seed: 7 }));
    expect(maskTokens(batch, tokenizer, { seed: 7 })).not.toEqual(maskTokens(batch, tokenizer, { seed: 8 }));
  });

  test('an id without a token is never drawn', () => {
    const ids = [0, 1, 2, 3, 4, 7, 90];
    const drawn = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const { inputIds } = maskTokens({ ids: new Int32Array(20).fill(7) }, { ...tokenizer, ids }, { seed, rate: 1 });
      for (const id of inputIds) drawn.add(id);
    }
    expect([...drawn].sort((a, b) => a - b)).toEqual([4, 7, 90]);
  });

  test('slots given: no more than that', () => {
    expect(maskTokens(batchOf([10], 12), tokenizer, { seed: 1, rate: 0.5, slots: 3 }).count).toBe(3);
    expect(maskTokens({ ids: Int32Array.of(7) }, tokenizer, { seed: 1 })).toMatchObject({
      count: 1,
      positions: Int32Array.of(0),
    });
  });

  test('refuses what it cannot mask', () => {
    expect(() => maskTokens(batchOf([0], 4), tokenizer, { seed: 1 })).toThrow('no token to mask');
    expect(() => maskTokens(batchOf([2], 4), { ...tokenizer, special: {} }, { seed: 1 })).toThrow('mask token');
    expect(() => maskTokens(batchOf([2], 4), tokenizer, { seed: 1, rate: 0 })).toThrow('(0, 1]');
    expect(() => maskTokens(batchOf([2], 4), tokenizer, { seed: 1, slots: 0 })).toThrow('slots');
    expect(() => maskTokens(batchOf([2], 4), { ...tokenizer, ids: [0, 1, 2, 3, 4] }, { seed: 1 })).toThrow(
      'special tokens only',
    );
  });
});
