import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Draws of a normal distribution with mean 0 and scale `std`, those beyond two `std` drawn again (the initialisation of
 * BERT; the standard deviation of what remains is 0.88 `std`). Computed in JavaScript, not by a backend: the same seed
 * gives the same bytes everywhere. By Box and Muller's transform.
 */
export function truncatedNormal(length: number, std: number, seed: number): Float32Array {
  const generator = xoroshiro128plus(seed);
  // A seed fills a quarter of the generator's state; it takes some steps until all of it is mixed.
  for (let i = 0; i < 32; i++) generator.next();
  // In (0, 1]: the logarithm stays finite.
  const uniform = () => ((generator.next() >>> 0) + 1) / 2 ** 32;
  const values = new Float32Array(length);
  let filled = 0;
  const keep = (z: number) => {
    if (Math.abs(z) <= 2 && filled < length) values[filled++] = z * std;
  };
  while (filled < length) {
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    keep(radius * Math.cos(angle));
    keep(radius * Math.sin(angle));
  }
  return values;
}
