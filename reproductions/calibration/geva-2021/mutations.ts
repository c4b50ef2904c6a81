import { independent } from '../../src/claim/statistic';
import type { KeyMutations, Mutated } from '../../src/papers/geva-2021/materials/mutations';
import type { Random } from '../random';

/** What is true of the population that keys are drawn from, in one layer. */
export interface MutationsTruth {
  /** Median change without a random token, percent. */
  random: number;
  /** Median of first minus random, points. */
  firstMinusRandom: number;
  /** Median of 2 × random minus last, points. */
  twiceRandomMinusLast: number;
}

/** Standard deviations over keys, about those of the calmer layers of mini-gpt. */
export const SPREAD = { random: 3, firstMinusRandom: 1, twiceRandomMinusLast: 10 };

/** What leaving tokens out changes, if this were true of a model, layer by layer. */
export function plantedMutations(keys: number, truth: readonly MutationsTruth[], { normal }: Random): Mutated {
  const around = (name: keyof MutationsTruth, layer: MutationsTruth) => layer[name] + SPREAD[name] * normal();
  const drawn = truth.flatMap((of, layer) =>
    Array.from({ length: keys }, (_, cell): KeyMutations => {
      const random = around('random', of);
      const first = random + around('firstMinusRandom', of);
      const last = 2 * random - around('twiceRandomMinusLast', of);
      return { layer, cell, change: { first, last, random }, triggers: 25 };
    }),
  );
  return {
    keys: drawn,
    layers: truth.length,
    units: independent(drawn.length, 'planted keys'),
    dropped: [],
    deviations: [],
  };
}
