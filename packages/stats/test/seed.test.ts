import { expect, test } from 'vitest';
import { seedFrom } from '../src/index';

test('seedFrom gives distinct seeds for distinct parts, the same for ever', () => {
  expect(seedFrom(1, 'a')).toBe(seedFrom(1, 'a'));
  const some = [[1], ['1'], [1, 1], [11], ['a', 'b'], ['ab'], ['a', 1], [], ['é'], [-1], [0.5]].map((parts) =>
    seedFrom(...parts),
  );
  expect(new Set(some).size).toBe(some.length);
  // Recorded: initial weights, splits and the order of all batches hang on it.
  expect(seedFrom(0, '1790-george-washington')).toBe(-403617392);
});
