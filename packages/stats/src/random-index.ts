import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A function that draws integers of [0, n), the same for the same seed; an n below 2¹⁶ has a bias below 2⁻¹⁶ of a draw's
 * probability, far below what resampling could notice.
 * @throws when the seed is not a 32-bit integer.
 */
export function randomIndex(seed: number): (n: number) => number {
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32) {
    throw new Error(`The seed is ${seed}; give a 32-bit integer.`);
  }
  const generator = xoroshiro128plus(seed);
  // The state begins as the seed and its complement; until it has mixed, neighbouring seeds draw alike.
  for (let i = 0; i < 64; i++) generator.next();
  return (n) => Math.floor(((generator.next() >>> 0) / 2 ** 32) * n);
}
