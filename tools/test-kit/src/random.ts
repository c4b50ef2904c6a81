import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A function that gives uniform numbers of [0, 1) on a 2⁻³² grid, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}
