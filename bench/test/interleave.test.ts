import { expect, test } from 'vitest';
import { interleave } from '../src/interleave';

test('takes turns there and back, and counts neither the warm-up nor the beginning of a turn', async () => {
  const made: string[] = [];
  const contestant = (name: string, ms: number) => ({
    name,
    run: async () => {
      made.push(name);
      return ms;
    },
  });
  const times = await interleave([contestant('a', 1), contestant('b', 2)], { rounds: 2, warmUp: 1, settle: 1 });
  expect(made.join('')).toBe('bbaaaabbbbaa');
  expect(times).toEqual({ a: [1, 1], b: [2, 2] });
});
