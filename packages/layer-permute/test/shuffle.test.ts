import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fixedPoints, identity, isPermutation, type ShuffleOptions, shuffle, shuffles, swaps } from '../src/index';

/** All permutations of 0 … n − 1, by the book. */
function everyPermutation(n: number): number[][] {
  if (n === 0) return [[]];
  return everyPermutation(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, place) => rest.toSpliced(place, 0, n - 1)),
  );
}

const fixed = (order: readonly number[]) => order.filter((layer, slot) => layer === slot).length;

/** Every choice that is possible for up to 12 layers. */
const possible: fc.Arbitrary<{ layers: number; k: number; exact: boolean; seed: number }> = fc
  .record({ layers: fc.integer({ min: 1, max: 12 }), exact: fc.boolean(), seed: fc.integer() })
  .chain((rest) => fc.integer({ min: 0, max: rest.layers }).map((k) => ({ ...rest, k })))
  .filter(({ layers, k, exact }) => !(exact && k === layers - 1));

const optionsOf = (k: number, exact: boolean, seed: number): ShuffleOptions =>
  exact ? { exactly: k, seed } : { atLeast: k, seed };

describe('CO5: the shuffles', () => {
  it('are permutations with as many fixed points as asked for, the same for a seed', () => {
    fc.assert(
      fc.property(possible, ({ layers, k, exact, seed }) => {
        const order = shuffle(layers, optionsOf(k, exact, seed));
        expect(isPermutation(order)).toBe(true);
        expect(fixedPoints(order)).toBe(fixed(order));
        if (exact) expect(fixed(order)).toBe(k);
        else expect(fixed(order)).toBeGreaterThanOrEqual(k);
        expect(shuffle(layers, optionsOf(k, exact, seed))).toEqual(order);
      }),
    );
    const seeds = Array.from({ length: 30 }, (_, seed) => String(shuffle(12, { exactly: 0, seed })));
    expect(new Set(seeds).size).toBe(30);
  });

  it('with all layers but two held are the swaps, and with at least so many the identity too', () => {
    const sorted = (orders: Iterable<unknown>) => [...orders].map(String).sort();
    const transpositions = swaps(12).map(({ order }) => order);
    expect(sorted(shuffles(12, { exactly: 10, count: 100, seed: 1 }))).toEqual(sorted(transpositions));
    expect(sorted(shuffles(12, { atLeast: 10, count: 100, seed: 1 }))).toEqual(
      sorted([...transpositions, identity(12)]),
    );
  });

  it('list every permutation of their kind once where asked for that many, and different ones otherwise', () => {
    for (let layers = 1; layers <= 5; layers++)
      for (let k = 0; k <= layers; k++)
        for (const exact of [true, false]) {
          if (exact && k === layers - 1) continue;
          const expected = everyPermutation(layers).filter((order) => (exact ? fixed(order) === k : fixed(order) >= k));
          const all = shuffles(layers, { ...optionsOf(k, exact, 3), count: 1000 });
          expect(all.map(String).sort()).toEqual(expected.map(String).sort());
        }
    const some = shuffles(12, { exactly: 4, count: 100, seed: 5 });
    expect(some).toHaveLength(100);
    expect(new Set(some.map(String)).size).toBe(100);
    expect(shuffles(12, { exactly: 4, count: 100, seed: 5 })).toEqual(some);
  });

  it.each<[string, Omit<ShuffleOptions, 'seed'>]>([
    ['exactly 1 of 5', { exactly: 1 }],
    ['at least 2 of 5', { atLeast: 2 }],
    ['any', {}],
  ])('are equally likely: %s', (_, kind) => {
    const keeps = (order: readonly number[]) =>
      kind.exactly === undefined ? fixed(order) >= (kind.atLeast ?? 0) : fixed(order) === kind.exactly;
    const counts = new Map(
      everyPermutation(5)
        .filter(keeps)
        .map((order) => [String(order), 0]),
    );
    const draws = 500 * counts.size;
    for (let seed = 0; seed < draws; seed++) {
      const key = String(shuffle(5, { ...kind, seed } as ShuffleOptions));
      counts.set(key, counts.get(key)! + 1);
    }
    const p = 1 / counts.size;
    // Five standard errors of a binomial count; and χ² within five of its own, √(2 · degrees of freedom).
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt(draws * p * (1 - p)));
    const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(Math.abs(chi2 - (counts.size - 1))).toBeLessThan(5 * Math.sqrt(2 * (counts.size - 1)));
  });
});

test('only the layers in some slots are shuffled', () => {
  for (let seed = 0; seed < 20; seed++) {
    const order = shuffle(12, { among: [3, 5, 7, 8], exactly: 1, seed });
    expect(order.filter((layer, slot) => layer !== slot).sort((a, b) => a - b)).toHaveLength(3);
    for (const slot of [0, 1, 2, 4, 6, 9, 10, 11]) expect(order[slot]).toBe(slot);
  }
  expect(shuffles(12, { among: [3, 5, 7, 8], exactly: 0, count: 50, seed: 1 })).toHaveLength(9);
  expect(shuffle(3, { among: [], seed: 1 })).toEqual([0, 1, 2]);
});

test('what is impossible is refused', () => {
  const refused: [ShuffleOptions & { count?: number }, string][] = [
    [
      { exactly: 11, seed: 1 },
      'A permutation cannot keep exactly 11 of 12 layers: the last one has nowhere else to go.',
    ],
    [{ exactly: 13, seed: 1 }, '12 layers cannot have 13 fixed points; give at most 12.'],
    [{ atLeast: 3, among: [1, 2], seed: 1 }, '2 layers cannot have 3 fixed points'],
    [{ exactly: -1, seed: 1 }, 'exactly is -1; give a whole number of at least 0.'],
    [{ atLeast: 0.5, seed: 1 }, 'atLeast is 0.5'],
    [{ exactly: 1, atLeast: 1, seed: 1 } as never, 'exactly 1 fixed points or at least 1; give one of the two'],
    [{ among: [1, 1], seed: 1 }, 'among lists 1 twice'],
    [{ seed: 0.5 }, 'The seed is 0.5; give a 32-bit integer.'],
  ];
  for (const [options, message] of refused) {
    expect(() => shuffle(12, options)).toThrow(message);
    expect(() => shuffles(12, { ...options, count: 2 })).toThrow(message);
  }
  expect(() => shuffles(12, { seed: 1, count: 0 })).toThrow('count is 0; give a whole number of at least 1.');
  expect(() => shuffle(1, { exactly: 0, seed: 1 })).toThrow('cannot keep exactly 0 of 1 layers');
});
