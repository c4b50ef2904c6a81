import { deviations } from './deviations';
import { type Numbers, requirePairs } from './list';

/**
 * Pearson's correlation, whatever the scales of the two lists; NaN when one of them is constant, where it is undefined.
 * @throws when the lists differ in length, have fewer than two values or hold one that is not finite.
 */
export function pearson(a: Numbers, b: Numbers): number {
  requirePairs(a, b);
  if (a.length < 2) throw new Error(`A correlation needs at least two pairs; there are ${a.length}.`);
  const { scaled: x } = deviations(a);
  const { scaled: y } = deviations(b);
  let products = 0;
  let squaresX = 0;
  let squaresY = 0;
  for (let i = 0; i < x.length; i++) {
    products += x[i] * y[i];
    squaresX += x[i] * x[i];
    squaresY += y[i] * y[i];
  }
  // Rounding can lead an ulp beyond ±1.
  return Math.min(1, Math.max(-1, products / Math.sqrt(squaresX * squaresY)));
}
