import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Draws from a normal distribution with mean 0 and scale `std`, redrawn beyond two `std` (the initialisation of BERT; the
 * standard deviation of the draws is 0.88 `std`). Computed in JavaScript by Box and Muller's transform and not by a backend,
 * so the same seed gives the same bytes everywhere.
 */
export function truncatedNormal(length: number, std: number, seed: number): Float32Array {
  const generator = xoroshiro128plus(seed);
  // A seed fills a quarter of the generator's state; the first steps mix it into the rest.
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
