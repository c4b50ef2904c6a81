import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A function that returns uniform numbers in [0, 1) on a 2⁻³² grid, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}

/** Random values in [−1, 1). */
export function randomValues(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

/** Values of the standard normal distribution, by Box and Muller. */
export function normalValues(length: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  // Until the generator's state has mixed, neighbouring seeds draw alike.
  for (let i = 0; i < 64; i++) random();
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}
