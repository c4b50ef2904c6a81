import { type Alternative, binomialTest } from './binomial';
import { type Numbers, requirePairs, toFinite } from './list';

export interface SignTest {
  positive: number;
  negative: number;
  /** Differences of zero; they have no direction and are left out. */
  ties: number;
  /** NaN when all differences are zero. */
  p: number;
}

function exactTest(positive: number, negative: number, ties: number, alternative: Alternative): SignTest {
  const n = positive + negative;
  return { positive, negative, ties, p: n === 0 ? Number.NaN : binomialTest(positive, n, { alternative }) };
}

/**
 * The exact sign test of paired differences: are positive ones as frequent as negative ones?
 * @param alternative `'greater'` asks whether positive differences are more frequent.
 * @throws when there are no differences or one is not finite.
 */
export function signTest(differences: Numbers, { alternative = 'two-sided' as Alternative } = {}): SignTest {
  if (differences.length === 0) throw new Error('A sign test of no differences is undefined; give at least one.');
  let positive = 0;
  let negative = 0;
  for (const difference of toFinite(differences, 'The list of differences')) {
    if (difference > 0) positive++;
    else if (difference < 0) negative++;
  }
  return exactTest(positive, negative, differences.length - positive - negative, alternative);
}

export interface McNemarTest extends SignTest {
  /** The share of successes of a minus that of b. */
  difference: number;
}

/**
 * McNemar's exact test of two proportions on the same units: only the units on which a and b differ count.
 * @param a, b 1 or true for success, 0 or false for failure. `positive` counts units where only a succeeded.
 * @throws when the lists are empty, differ in length, or hold anything but 0 and 1.
 */
export function mcnemarTest(
  a: ArrayLike<number | boolean>,
  b: ArrayLike<number | boolean>,
  { alternative = 'two-sided' as Alternative } = {},
): McNemarTest {
  const [left, right] = [a, b].map((outcomes) =>
    Float64Array.from(outcomes as ArrayLike<number>, (outcome, i) => {
      if (Number(outcome) !== 0 && Number(outcome) !== 1) {
        throw new Error(`The outcome at index ${i} is ${outcome}; it must be 0 or 1 (or false or true).`);
      }
      return Number(outcome);
    }),
  );
  requirePairs(left, right);
  const test = signTest(
    left.map((outcome, i) => outcome - right[i]),
    { alternative },
  );
  return { ...test, difference: (test.positive - test.negative) / left.length };
}
