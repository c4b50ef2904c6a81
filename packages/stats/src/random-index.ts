import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A function that draws integers in [0, n), the same for the same seed. For n below 2¹⁶ the bias is below 2⁻¹⁶ of a draw's
 * probability, far too small to matter in resampling.
 * @throws when the seed is not a 32-bit integer.
 */
export function randomIndex(seed: number): (n: number) => number {
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32) {
    throw new Error(`The seed is ${seed}; give a 32-bit integer.`);
  }
  const generator = xoroshiro128plus(seed);
  // The state starts as the seed and its complement; until it has mixed, neighbouring seeds draw alike.
  for (let i = 0; i < 64; i++) generator.next();
  return (n) => Math.floor(((generator.next() >>> 0) / 2 ** 32) * n);
}
