import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type TopRow, TopRows, type TopRowsOptions, UnrankableError } from '../src/index';

const COLUMNS = 3;

/** Few distinct scores, examples and positions, so that ties and repetitions are common. */
const offers = fc.array(
  fc.record({
    column: fc.nat(COLUMNS - 1),
    score: fc.integer({ min: -3, max: 3 }),
    example: fc.nat(6),
    position: fc.nat(2),
  }),
  { maxLength: 60 },
);
type Offer = TopRow & { column: number };
const options = fc.record({
  columns: fc.constant(COLUMNS),
  k: fc.integer({ min: 1, max: 6 }),
  keep: fc.constantFrom('largest' as const, 'smallest' as const),
  onePerExample: fc.boolean(),
  threshold: fc.constantFrom(Number.NEGATIVE_INFINITY, Number.MIN_VALUE, 1),
});

/** By sorting everything: the best offer of each row (or example), then the first k. */
function bruteForce(all: readonly Offer[], { k, keep, onePerExample, threshold = 0 }: TopRowsOptions): TopRow[][] {
  const sign = keep === 'smallest' ? -1 : 1;
  return Array.from({ length: COLUMNS }, (_, column) => {
    const sorted = all
      .filter((offer) => offer.column === column && sign * offer.score >= threshold)
      .sort((a, b) => sign * (b.score - a.score) || a.example - b.example || a.position - b.position);
    const seen = new Set<string>();
    return sorted
      .filter(({ example, position }) => {
        const key = onePerExample ? `${example}` : `${example} ${position}`;
        return !seen.has(key) && seen.add(key);
      })
      .slice(0, k)
      .map(({ score, example, position }) => ({ score, example, position }));
  });
}

const fill = (rows: TopRows, all: readonly Offer[]) => {
  for (const { column, score, example, position } of all) rows.offer(column, score, example, position);
  return rows;
};
const listsOf = (rows: TopRows) => Array.from({ length: COLUMNS }, (_, column) => rows.rowsOf(column));

describe('TopRows', () => {
  test('keeps what sorting everything would, whatever the order, and of parts that are merged', () => {
    fc.assert(
      fc.property(offers, options, fc.nat(60), (all, chosen, cut) => {
        const expected = bruteForce(all, chosen);
        expect(listsOf(fill(new TopRows(chosen), all))).toEqual(expected);
        expect(listsOf(fill(new TopRows(chosen), [...all].reverse()))).toEqual(expected);
        const [first, second] = [all.slice(0, cut), all.slice(cut)].map((part) => fill(new TopRows(chosen), part));
        expect(listsOf(first.merge(second))).toEqual(expected);
        const resumed = new TopRows(chosen, structuredClone(first.lists));
        expect(listsOf(fill(resumed, all))).toEqual(expected);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('takes a whole row as its values one by one', () => {
    const [one, all] = [new TopRows({ columns: 5, k: 2 }), new TopRows({ columns: 5, k: 2 })];
    for (let example = 0; example < 9; example++) {
      const values = Float32Array.from({ length: 3 }, (_, i) => Math.sin(7 * example + i));
      for (const [i, value] of values.entries()) one.offer(2 + i, value, example, 1);
      all.offerRow(values, example, 1, 2);
    }
    expect(all.lists).toEqual(one.lists);
    expect(all.rowsOf(0)).toEqual([]);
    expect(all.rowsOf(4)).toHaveLength(2);
  });

  test('has infinities in their order, and refuses NaN wherever it would stand', () => {
    const rows = new TopRows({ columns: 1, k: 2 });
    for (const [i, score] of [Number.NEGATIVE_INFINITY, 3, Number.POSITIVE_INFINITY].entries())
      rows.offer(0, score, i, 0);
    expect(rows.rowsOf(0).map(({ score }) => score)).toEqual([Number.POSITIVE_INFINITY, 3]);
    for (const full of [rows, new TopRows({ columns: 1, k: 5 })])
      expect(() => full.offer(0, Number.NaN, 7, 4)).toThrow('Column 0 has NaN at position 4 of example 7');
    const finite = new TopRows({ columns: 2, k: 2, finite: true });
    const error = (() => {
      try {
        finite.offer(1, Number.POSITIVE_INFINITY, 7, 4);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(UnrankableError);
    expect(error).toMatchObject({ column: 1, row: { score: Number.POSITIVE_INFINITY, example: 7, position: 4 } });
    expect(finite.rowsOf(1)).toEqual([]);
  });

  test('refuses sizes that make no sense, and lists of other sizes', () => {
    expect(() => new TopRows({ columns: 0, k: 1 })).toThrow('columns is 0');
    expect(() => new TopRows({ columns: 1, k: -1 })).toThrow('k is -1');
    expect(() => new TopRows({ columns: 1, k: 1.5 })).toThrow('k is 1.5');
    const two = new TopRows({ columns: 2, k: 1 });
    expect(() => new TopRows({ columns: 1, k: 2 }, two.lists)).toThrow('not those of 1 columns with 2 rows');
    expect(() => two.merge(new TopRows({ columns: 2, k: 3 }))).toThrow('3 top rows of 2 columns cannot be merged');
  });
});
