import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Shuffles `values` in place (Fisher and Yates) and returns them. The same seed gives the same order. */
export function shuffle<T extends number[] | Int32Array>(values: T, seed: number): T {
  const generator = xoroshiro128plus(seed);
  for (let i = values.length - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}
