import { criticalValue, type Interval } from './interval';

/** @throws when the counts are not integers with 0 ≤ successes ≤ n, n ≥ 1. */
export function requireCounts(successes: number, n: number): void {
  if (!Number.isSafeInteger(n) || n < 1)
    throw new Error(`The number of trials is ${n}; it must be a positive integer.`);
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > n) {
    throw new Error(`There are ${successes} successes in ${n} trials; give an integer from 0 to ${n}.`);
  }
}

/** A proportion and its interval. */
export interface ProportionInterval extends Interval {
  /** True when all trials failed or all succeeded: the interval holds, but the sample itself shows no variation. */
  boundary: boolean;
}

/**
 * Wilson's score interval of a proportion (Wilson 1927): it stays within [0, 1] and has a positive width at 0 % and 100 %.
 * @throws when the counts are not integers with 0 ≤ successes ≤ n and n ≥ 1, or the level is not in (0, 1).
 */
export function wilson(successes: number, n: number, level = 0.95): ProportionInterval {
  requireCounts(successes, n);
  const z2 = criticalValue(level) ** 2;
  const failures = n - successes;
  const centre = (successes + z2 / 2) / (n + z2);
  const half = Math.sqrt(z2 * ((successes * failures) / n + z2 / 4)) / (n + z2);
  return {
    estimate: successes / n,
    // Exact at the ends, where rounding would leave 1e-17.
    lower: successes === 0 ? 0 : centre - half,
    upper: failures === 0 ? 1 : centre + half,
    level,
    method: 'wilson',
    n,
    boundary: successes === 0 || failures === 0,
  };
}
