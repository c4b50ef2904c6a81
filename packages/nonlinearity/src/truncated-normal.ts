import { randomIndex } from '@interlayer/stats';

/** Draws from a normal distribution with mean 0 and scale `std`, redrawn beyond two `std`: by Box and Muller. */
export function truncatedNormal(length: number, std: number, seed: number): Float64Array {
  const draw = randomIndex(seed);
  // In (0, 1]: the logarithm stays finite.
  const uniform = () => (draw(2 ** 32) + 1) / 2 ** 32;
  return Float64Array.from({ length }, () => {
    let z = Number.POSITIVE_INFINITY;
    while (Math.abs(z) > 2) z = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return std * z;
  });
}
