import { type Numbers, requirePairs } from './list';
import { mean } from './mean';

/**
 * Pearson's correlation; NaN when one of the lists is constant, where it is undefined.
 * @throws when the lists differ in length or have fewer than two values.
 */
export function pearson(a: Numbers, b: Numbers): number {
  requirePairs(a, b);
  if (a.length < 2) throw new Error(`A correlation needs at least two pairs; there are ${a.length}.`);
  const meanA = mean(a);
  const meanB = mean(b);
  let products = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] - meanA;
    const y = b[i] - meanB;
    products += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  // Rounding may lead a hair beyond ±1.
  return Math.min(1, Math.max(-1, products / Math.sqrt(squaresA * squaresB)));
}
