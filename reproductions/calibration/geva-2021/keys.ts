import { mean, normalCdf } from '@interlayer/stats';
import c3 from '../../src/papers/geva-2021/claims/c3-mutated-prefix';
import { but, everywhere, LAYERS, later, type Planted, type PlantedClaim, type Size } from '../planted';
import { type MutationsTruth, plantedMutations, SPREAD } from './mutations';

const lastOf = ({ random, twiceRandomMinusLast }: MutationsTruth) => 2 * random - twiceRandomMinusLast;

/** The median of equally many keys of each layer: where half of the mixture of normals lies below. */
function medianOfAll(layers: readonly MutationsTruth[]): number {
  const spread = Math.hypot(2 * SPREAD.random, SPREAD.twiceRandomMinusLast);
  const below = (x: number) => mean(layers.map((layer) => normalCdf((x - lastOf(layer)) / spread)));
  let [low, high] = [-1000, 1000];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (below(middle) < 0.5) low = middle;
    else high = middle;
  }
  return low;
}

type Change = readonly [random: number, firstMinusRandom: number, twiceRandomMinusLast: number];

/** Medians over keys by layer: without a random token, first minus random, twice random minus last. */
const changes = (layers: readonly Change[]): Planted => {
  const truth = layers.map(([random, firstMinusRandom, twiceRandomMinusLast]) => ({
    random,
    firstMinusRandom,
    twiceRandomMinusLast,
  }));
  const nothing = everywhere({ random: -20, firstMinusRandom: 0, twiceRandomMinusLast: 0 });
  return {
    material: (condition, random, { keys }) =>
      condition === 'trained' ? plantedMutations(keys, truth, random) : plantedMutations(20, nothing, random),
    truth: () => ({
      headline: medianOfAll(truth),
      parts: {
        'random-below-first': layers.map(([, first]) => first),
        'first-lowers': layers.map(([random, first]) => random + first),
        'last-twice-random': layers.map(([, , last]) => last),
        'last-fades': [lastOf(truth.at(-1)!) - lastOf(truth[0]!)],
      },
    }),
  };
};

const sample = ({ keys }: Size) => `${LAYERS} layers of ${keys} keys`;

/** A claim of medians over keys. */
export const plantedKeyClaims: readonly PlantedClaim[] = [
  {
    claim: c3,
    sample,
    planted: {
      edge: changes([
        [-12, 2, 36],
        [-8, 8, 30],
        [-20, 8, 0],
        [-20, 8, 20],
        [-20, 8, 20],
        [-20, 8, 15],
      ]),
      smallest: changes([[-6, 4, 15], ...later<Change>([-6, 4, 5])]),
      clear: changes([[-20, 10, 60], ...but(later<Change>([-20, 10, 40]), 4, [-20, 10, 30])]),
      contrary: changes([[-20, 10, 60], ...but(later<Change>([-20, 10, 40]), 1, [-20, -10, 40])]),
    },
  },
];
