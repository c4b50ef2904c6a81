import { exactProduct } from './exact-product';
import { requireCounts } from './wilson';

/** @throws when a probability is not in [0, 1]. */
export function requireProbability(probability: number): void {
  if (!(probability >= 0 && probability <= 1)) {
    throw new Error(`The probability of a success is ${probability}; it must lie in [0, 1].`);
  }
}

/**
 * P(exactly k successes in n trials), to about 1e-14 of itself for any n: Loader's form (2000), in which Stirling's formula
 * takes the place of factorials, so that large logarithms never cancel.
 * @throws when the counts are not integers with 0 ≤ k ≤ n and n ≥ 1, or the probability is not in [0, 1].
 */
export function binomialProbability(k: number, n: number, probability: number): number {
  requireCounts(k, n);
  requireProbability(probability);
  return massAt(k, n, probability);
}

/** The same without checks. */
export function massAt(k: number, n: number, probability: number): number {
  if (probability === 0 || probability === 1) return k === n * probability ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-probability));
  if (k === n) return probability ** n;
  const [expected, rest] = exactProduct(n, probability);
  const excess = k - expected - rest;
  const failures = n - expected;
  const exponent =
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, expected, excess) -
    deviance(n - k, failures, -excess);
  return Math.sqrt(n / (2 * Math.PI * k)) * Math.sqrt(1 / (n - k)) * Math.exp(exponent);
}

/** k ln(k / expected) − excess, where excess = k − expected is known to more digits than the difference. */
function deviance(k: number, expected: number, excess: number): number {
  const x = excess / expected;
  if (Math.abs(x) > 0.1) return k * Math.log(k / expected) - excess;
  // expected · (x²/2 − x³/6 + x⁴/12 − …), because near the expectation the two terms cancel.
  let power = x * x;
  let total = power / 2;
  for (let i = 3; i < 20; i++) {
    power *= -x;
    total += power / (i * (i - 1));
  }
  return expected * total;
}

/** ln k! minus Stirling's approximation ln √(2πk) + k ln k − k, for k ≥ 1. */
function stirlingError(k: number): number {
  if (k < 16) {
    let factorial = 1;
    for (let i = 2; i <= k; i++) factorial *= i;
    return Math.log(factorial) - (0.5 * Math.log(2 * Math.PI * k) + k * Math.log(k) - k);
  }
  const square = k * k;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / k;
}
