import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestNames } from '../src/index';

/** Levenshtein's distance by its recursive definition. */
function editDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [rest, other] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return editDistance(rest, other);
  return 1 + Math.min(editDistance(rest, b), editDistance(a, other), editDistance(rest, other));
}

test('is sorting by containment and edit distance, ties in the given order', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 6 }), fc.nat(6), (wanted, names, count) => {
      const score = (name: string) => (wanted && name.includes(wanted) ? 0 : editDistance(wanted, name));
      const order = [...names.keys()].sort((i, j) => score(names[i]) - score(names[j]) || i - j);
      expect(nearestNames(wanted, names, count)).toEqual(order.slice(0, count).map((i) => names[i]));
    }),
    { seed: 1 },
  );
});

test('sees through the asterisks of a pattern', () => {
  const points = ['layers.0.attention.scores', 'layers.0.ffn.hidden', 'layers.1.ffn.hidden', 'embeddings'];
  expect(nearestNames('*.ffn.hiden', points, 2)).toEqual(['layers.0.ffn.hidden', 'layers.1.ffn.hidden']);
  expect(nearestNames('hidden*', new Set(points), 1)).toEqual(['layers.0.ffn.hidden']);
  expect(nearestNames('x', [])).toEqual([]);
});
