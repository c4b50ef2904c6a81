import { seededRandom } from '@interlayer/test-kit';

/** Draws lists of standard normal values by Box and Muller's transform. */
export function normalValues(seed: number): (count: number) => Float64Array {
  const random = seededRandom(seed);
  return (count) =>
    Float64Array.from(
      { length: count },
      () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
    );
}

/** The plain mean, for the inner loops of simulations. */
export function plainMean(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total / values.length;
}
