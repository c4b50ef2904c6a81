import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeLabels, fitStandardizer, type Part, type Split, splitByGroup, splitOf } from '../src/index';
import { requireSplit } from '../src/split';

describe('encodeLabels', () => {
  test('sorts what occurs, or takes the given order', () => {
    expect(encodeLabels(['VERB', 'NOUN', 'VERB'])).toEqual({ classes: ['NOUN', 'VERB'], ids: Int32Array.of(1, 0, 1) });
    expect(encodeLabels([10, 9, 10]).classes).toEqual([9, 10]);
    expect(encodeLabels(Int32Array.of(1, 0), [2, 1, 0]).ids).toEqual(Int32Array.of(1, 2));
  });

  test('refuses what is no class', () => {
    expect(() => encodeLabels(['a', 'a'])).toThrow('at least two classes; 2 labels have only "a"');
    expect(() => encodeLabels([])).toThrow('0 labels have none');
    expect(() => encodeLabels([0, Number.NaN, 1])).toThrow('The label of row 1 is NaN');
    expect(() => encodeLabels(['a', undefined as unknown as string])).toThrow('The label of row 1 is undefined');
    expect(() => encodeLabels(['a', 'b', 'c'], ['a', 'b'])).toThrow(
      'The label of row 2 is "c", which is not among the 2 classes',
    );
    expect(() => encodeLabels(['a'], ['a', 'b', 'a'])).toThrow('repeat a name: a, b, a');
  });
});

describe('splitByGroup', () => {
  test('every row once, every group in one part, parts close to their shares, the same for a seed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 100, maxLength: 300 }),
        fc.integer(),
        (groups, seed) => {
          const split = splitByGroup(groups, { seed });
          requireSplit(split, groups);
          const rows = [split.train, split.dev, split.test].flatMap((part) => [...part.rows]);
          expect(rows.toSorted((a, b) => a - b)).toEqual([...groups.keys()]);
          const largest = Math.max(...groups.map((group) => groups.filter((other) => other === group).length));
          for (const [name, share] of [
            ['train', 0.6],
            ['dev', 0.2],
            ['test', 0.2],
          ] as const)
            expect(Math.abs(split[name].rows.length - share * groups.length)).toBeLessThanOrEqual(3 * largest);
          expect(splitByGroup(groups, { seed })).toEqual(split);
        },
      ),
    );
  });

  test('another seed gives another split; shares are kept', () => {
    const groups = [...Array(100).keys()];
    const shares = { train: 8, dev: 1, test: 1 };
    const [a, b] = [1, 2].map((seed) => splitByGroup(groups, { seed, shares }));
    expect(a.train.rows).toHaveLength(80);
    expect(a.dev.rows).toHaveLength(10);
    expect(a).not.toEqual(b);
  });

  test('refuses what cannot be split', () => {
    expect(() => splitByGroup(['a', 'a', 'b'], { seed: 1 })).toThrow('2 groups cannot fill train, dev and test');
    expect(() => splitByGroup([1, 2, 3], { seed: 1, shares: { train: 1, dev: 0, test: 1 } })).toThrow(
      'The share of dev is 0',
    );
    expect(() => splitByGroup([1, 2, 3], { seed: 0.5 })).toThrow('The seed is 0.5');
  });
});

describe('a split of your own', () => {
  const groups = ['a', 'a', 'b', 'c', 'd'];
  const check = (rows: Record<'train' | 'dev' | 'test', number[]>) => () => requireSplit(splitOf(rows), groups);

  test('is checked for leaks', () => {
    expect(check({ train: [1, 0], dev: [2], test: [4] })).not.toThrow();
    expect(check({ train: [0], dev: [1], test: [2] })).toThrow('Group "a" has rows in train and in dev (row 1)');
    expect(check({ train: [0, 1], dev: [2], test: [2] })).toThrow('Row 2 is in dev and again in test');
    expect(check({ train: [0, 1, 1], dev: [2], test: [3] })).toThrow('Row 1 is in train and again in train');
    expect(check({ train: [0, 1], dev: [2], test: [5] })).toThrow('The test part has row 5; there are rows 0 to 4');
    expect(check({ train: [0, 1], dev: [-1], test: [2] })).toThrow('The dev part has row -1');
    expect(check({ train: [0, 1], dev: [], test: [2] })).toThrow('The dev part of the split has no rows');
  });

  test('a standardizer takes train rows only, by its type and when it runs', () => {
    const X = { rows: 5, columns: 1, data: Float64Array.of(1, 2, 3, 4, 5) };
    const split: Split = splitOf({ train: [0, 1], dev: [2], test: [3] });
    expect(fitStandardizer(X, split.train).means[0]).toBe(1.5);
    // @ts-expect-error A test part is not a train part.
    expect(() => fitStandardizer(X, split.test)).toThrow('not on those of test');
    const all: Part = split.dev;
    // @ts-expect-error Nor is one that could be any.
    expect(() => fitStandardizer(X, all)).toThrow('not on those of dev');
  });
});
