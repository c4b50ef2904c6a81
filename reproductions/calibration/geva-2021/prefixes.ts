import { mean, sum } from '@interlayer/stats';
import c7 from '../../src/papers/geva-2021/claims/c7-many-cells-fire';
import c10 from '../../src/papers/geva-2021/claims/c10-residual-holds-answer';
import c11 from '../../src/papers/geva-2021/claims/c11-confidence-grows';
import c12 from '../../src/papers/geva-2021/claims/c12-refines-not-overrides';
import { but, counted, everywhere, FEW, later, type Planted, type PlantedClaim } from '../planted';
import { plantedReadings, type ReadingsTruth } from './readings';

const steps = (values: readonly number[]) => values.slice(1).map((value, i) => value - values[i]!);

const readingsOf =
  (ours: ReadingsTruth, control: ReadingsTruth): Planted['material'] =>
  (condition, random, size) =>
    condition === 'trained' ? plantedReadings(size.clusters, ours, random) : plantedReadings(FEW, control, random);

/** Percent of prefixes by layer. */
const hits = (ours: readonly number[]): Planted => ({
  material: readingsOf({ hits: ours }, { hits: everywhere(50) }),
  truth: () => ({ headline: ours.at(-1)!, parts: { increasing: steps(ours), 'top-layer': ours.slice(-1) } }),
});

/** Natural logs of the growth from layer to layer up to a median of 0.2. */
const confidence = (growth: readonly number[]): Planted => {
  const medians = everywhere(0).map((_, layer) => 0.2 * Math.exp(-sum(growth.slice(layer))));
  return {
    material: readingsOf({ confidence: medians }, { confidence: everywhere(0.01) }),
    truth: () => ({ headline: 0.2, parts: { increasing: growth } }),
  };
};

/** Medians of active cells, percent, by layer, and without training in all layers. */
const active = (ours: readonly number[], untrained: number): Planted => {
  const truth = (medians: readonly number[]) =>
    medians.map((median, layer) => ({ median, spread: layer === 0 ? 10 : 2 }));
  return {
    // Every model is compared with the untrained one, prefix by prefix.
    material: (condition, random, { clusters }) =>
      plantedReadings(clusters, { active: truth(condition === 'trained' ? ours : everywhere(untrained)) }, random),
    truth: () => ({
      headline: mean(ours),
      parts: {
        'first-highest': ours.slice(1).map((median) => ours[0]! - median),
        'others-sparse': ours.slice(1),
        'below-untrained': ours.map((median) => untrained - median),
      },
    }),
  };
};

type Shares = readonly [survives: number, composed: number];

/** Percent of prefixes whose residual survives, and that are composed, from layer 2 on; the others are overridden. */
const cases = (ours: readonly Shares[]): Planted => {
  const truth = ours.map(([survives, composed]) => ({ survives, composed }));
  const survives = ours.map(([share]) => share);
  return {
    material: readingsOf({ cases: [truth[0]!, ...truth] }, { cases: everywhere({ survives: 30, composed: 35 }) }),
    truth: () => ({
      headline: mean(survives),
      parts: {
        'residual-survives': survives,
        'composition-not-override': ours.map(([survives, composed]) => 2 * composed + survives - 100),
        'no-fifth-case': everywhere(0),
      },
    }),
  };
};

const GROWTH = Math.log(1.15);

/** Claims of what is read at the last token of prefixes: steps of shares, medians and their ratios, shares of cases. */
export const plantedPrefixClaims: readonly PlantedClaim[] = [
  {
    claim: c10,
    sample: counted('prefixes'),
    planted: {
      edge: hits([35, 43, 51, 59, 67, 70]),
      smallest: hits([43, 49, 55, 61, 67, 73]),
      clear: hits([4, 22, 40, 58, 76, 94]),
      contrary: hits([4, 40, 20, 58, 76, 94]),
    },
  },
  {
    claim: c11,
    sample: counted('prefixes'),
    planted: {
      edge: confidence(but(later(0.5), 4, GROWTH)),
      smallest: confidence(later(2 * GROWTH)),
      clear: confidence(later(1)),
      contrary: confidence(but(later(1), 2, -1)),
    },
  },
  {
    claim: c12,
    sample: counted('prefixes'),
    planted: {
      edge: cases([[60, 40], [90, 5.5], ...later<Shares>([90, 10]).slice(2)]),
      smallest: cases(later([63, 19.5])),
      clear: cases(later([95, 5])),
      contrary: cases(but(later([95, 5]), 1, [30, 70])),
    },
  },
  {
    claim: c7,
    sample: counted('prefixes'),
    planted: {
      edge: active([20, 18, 10, 10, 10, 5], 25),
      smallest: active([11, ...later(7)], 21),
      clear: active([30, ...later(10)], 50),
      contrary: active([30, ...but(later(10), 2, 1)], 50),
    },
  },
];
