import a8 from '../../src/papers/zhao-2021/claims/a8-training-recovers-swaps';
import { ENDS, FIRST_TWO } from '../../src/papers/zhao-2021/materials/kinds';
import { counted, FEW, type Planted, type PlantedClaim } from '../planted';
import { type Lost, plantedTrials } from './trials';

/** Points lost by two models after each of two swaps: right after, and after further training. */
const swapsLost = (below: readonly number[], firstTwo: readonly Lost[], ends: readonly Lost[]): Planted => {
  const all = [...firstTwo, ...ends];
  return {
    material: (condition, random, { clusters }) =>
      condition === 'trained'
        ? plantedTrials(clusters, { below, lost: { [FIRST_TWO]: firstTwo, [ENDS]: ends } }, random)
        : plantedTrials(FEW, { below: [0, 0], lost: { [FIRST_TWO]: NOTHING_LOST, [ENDS]: NOTHING_LOST } }, random),
    truth: () => ({
      headline: all[0]![0] - all[0]![1],
      parts: {
        predicts: below,
        harmed: all.map(([before]) => before),
        some: all.map(([before, after]) => before - after),
        most: all.map(([before, after]) => 0.4 * before - after),
      },
    }),
  };
};
const NOTHING_LOST: readonly Lost[] = [
  [0, 0],
  [0, 0],
];
const both = (lost: Lost): readonly Lost[] => [lost, lost];

/** A claim of models that are trained further: what is lost right after a change and later, and shares of it. */
export const plantedTrainingClaims: readonly PlantedClaim[] = [
  {
    claim: a8,
    sample: counted('stretches of text'),
    // The claim reads 128 stretches.
    every: 24,
    planted: {
      edge: swapsLost(
        [0.5, 2],
        [
          [2, 0],
          [20, 2],
        ],
        [
          [20, 2],
          [20, 7.5],
        ],
      ),
      smallest: swapsLost([1, 1], both([5, 1]), both([5, 1])),
      clear: swapsLost([2, 2], both([25, 2]), both([25, 2])),
      contrary: swapsLost([2, 2], both([25, 2]), [
        [25, 2],
        [20, 14],
      ]),
    },
  },
];
