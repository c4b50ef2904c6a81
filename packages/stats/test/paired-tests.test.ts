import { describe, expect, test } from 'vitest';
import { binomialTest, mcnemarTest, signTest } from '../src/index';

describe('paired tests', () => {
  test('signs: zeros are set aside', () => {
    expect(signTest([1, 2, -0.5, 0, 3, 0])).toEqual({ positive: 3, negative: 1, ties: 2, p: binomialTest(3, 4) });
    expect(signTest([1, 2, -0.5], { alternative: 'greater' }).p).toBeCloseTo(0.5, 12);
    expect(signTest([0, 0])).toEqual({ positive: 0, negative: 0, ties: 2, p: Number.NaN });
    expect(() => signTest([])).toThrow('no differences');
    expect(() => signTest([1, Number.NaN])).toThrow('NaN at index 1');
  });

  test('McNemar: only disagreements count, and the difference of the proportions is theirs', () => {
    const a = [1, 1, 1, 1, 1, 1, 0, 0, 1, 1];
    const b = [true, false, false, false, false, false, true, false, true, false];
    expect(mcnemarTest(a, b)).toEqual({ positive: 6, negative: 1, ties: 3, p: binomialTest(6, 7), difference: 0.5 });
    expect(mcnemarTest(b, a)).toMatchObject({ difference: -0.5, p: binomialTest(1, 7) });
    expect(() => mcnemarTest([0, 2], [0, 1])).toThrow('index 1 is 2');
    expect(() => mcnemarTest([0], [0, 1])).toThrow('1 and 2 values');
  });
});
