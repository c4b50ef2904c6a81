import { normalCdf } from '@interlayer/stats';
import type { Claim } from '../src/claim/claim';
import c3 from '../src/papers/geva-2021/claims/c3-mutated-prefix';
import c4 from '../src/papers/geva-2021/claims/c4-values-predict';
import c6 from '../src/papers/geva-2021/claims/c6-sharp-values-predict';
import c7 from '../src/papers/geva-2021/claims/c7-many-cells-fire';
import c10 from '../src/papers/geva-2021/claims/c10-residual-holds-answer';
import c11 from '../src/papers/geva-2021/claims/c11-confidence-grows';
import c12 from '../src/papers/geva-2021/claims/c12-refines-not-overrides';
import a8 from '../src/papers/zhao-2021/claims/a8-training-recovers-swaps';
import { ENDS, FIRST_TWO } from '../src/papers/zhao-2021/materials/kinds';
import { type MemoriesTruth, plantedMemories } from './memories';
import { type MutationsTruth, plantedMutations, SPREAD } from './mutations';
import { plantedOrderClaims } from './planted-orders';
import type { Random } from './random';
import { LAYERS, plantedReadings, type ReadingsTruth, VOCABULARY } from './readings';
import { type Lost, plantedTrials } from './trials';

/** How much is drawn. */
export interface Size {
  /** The address of each prefix. */
  clusters: readonly number[];
  /** Memory cells of each layer. */
  cells: number;
  /** Mutated keys of each layer. */
  keys: number;
}

/**
 * What a claim is planted with. `edge`: of each criterion one part has just the effect that is not enough, and the other parts have
 * more. `smallest`: every part clears its edge by one smallest effect. `clear`: by far. `contrary`: one part is clearly on
 * the wrong side.
 */
export type Planting = 'edge' | 'smallest' | 'clear' | 'contrary';

/** A model about which the truth is known. */
export interface Planted {
  /** The claim's material under a condition. */
  material(condition: string, random: Random, size: Size): unknown;
  /** The value of the headline, and of each part of the criteria. */
  truth(size: Size): { headline: number; parts: Readonly<Record<string, readonly number[]>> };
}

export interface PlantedClaim {
  claim: Claim;
  planted: Readonly<Record<Planting, Planted>>;
  /** What is drawn, in words. */
  sample(size: Size): string;
  /** Only every so many of the prefixes are planted, where all would take hours. */
  every?: number;
  /** Criteria that no clear effect can make hold at the sample of the claim, and why. */
  outOfReach?: Readonly<Record<string, string>>;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const steps = (values: readonly number[]) => values.slice(1).map((value, i) => value - values[i]!);
const everywhere = <T>(value: T): T[] => Array.from({ length: LAYERS }, () => value);
/** In all layers but one: in those after the first, or from each to the next. */
const later = <T>(value: T): T[] => everywhere(value).slice(1);
/** A list with another value at some place. */
const but = <T>(values: readonly T[], place: number, value: T): T[] => values.with(place, value);

/** The controls are not what is tested: they show nothing, and are small where no criterion compares with them. */
const FEW = Array.from({ length: 56 }, (_, prefix) => prefix % 14);
const FEW_CELLS = 20;

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

const nothing = (vocabulary: number): MemoriesTruth => ({ vocabulary, last: 0, next: () => 0 });

/** Agreement in the lower and the upper half of the layers, and with the last token, percent. */
const agreement = (vocabulary: number, lower: number, upper: number, last: number): Planted => ({
  material: (condition, random, { cells }) =>
    condition === 'trained'
      ? plantedMemories(cells, { vocabulary, last, next: (layer) => (layer < LAYERS / 2 ? lower : upper) }, random)
      : plantedMemories(FEW_CELLS, nothing(vocabulary), random),
  truth({ cells }) {
    const next = (lower + upper) / 2;
    // A key meets its own value as often as any other of its layer.
    const shuffled = next / cells + (100 * (1 - 1 / cells)) / vocabulary;
    return {
      headline: next,
      parts: {
        'above-shuffled': [Math.log(next / shuffled)],
        'above-uniform': [Math.log((next / 100) * vocabulary)],
        'next-not-last': [next - last],
        rises: [upper - lower],
      },
    };
  },
});

interface SharpnessTruth {
  /** Agreement of the sharpest and the flattest quarter, and of the sharpest with shuffled pairs, percent. */
  top: number;
  bottom: number;
  shuffled: number;
  upper: number;
  hits: number;
}

const sharp = ({ top, bottom, shuffled, upper, hits }: SharpnessTruth): Planted => {
  const of = (sharp: number, flat: number): MemoriesTruth => ({
    vocabulary: VOCABULARY,
    last: 0,
    next: (_, sharpness) => ({ sharp, middling: (sharp + flat) / 2, flat })[sharpness],
    sharpest: { upper, hits },
  });
  return {
    // Every model is compared with shuffled pairs, cell by cell.
    material(condition, random, { cells }) {
      const others = condition === 'shuffled' ? of(shuffled, shuffled) : nothing(VOCABULARY);
      return plantedMemories(cells, condition === 'trained' ? of(top, bottom) : others, random);
    },
    truth: () => ({
      headline: top,
      parts: {
        'sharp-agrees': [top - 2 * bottom],
        'over-shuffled': [top - shuffled],
        'sharpest-above': [upper],
        hits: [hits],
      },
    }),
  };
};

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

const prefixes = ({ clusters }: Size) =>
  `${clusters.length.toLocaleString('en-US')} prefixes of ${new Set(clusters).size} addresses`;
const stretches = ({ clusters }: Size) =>
  `${clusters.length.toLocaleString('en-US')} stretches of text from ${new Set(clusters).size} addresses`;
const cells = ({ cells }: Size) => `${LAYERS} layers of ${cells} cells`;
const keys = ({ keys }: Size) => `${LAYERS} layers of ${keys} keys`;

const GROWTH = Math.log(1.15);

/** Claims of each kind of statistic: steps of shares, medians and their ratios, shares of cases, of cells, medians over keys, shares of what is lost. */
export const plantedClaims: readonly PlantedClaim[] = [
  {
    claim: c10,
    sample: prefixes,
    planted: {
      edge: hits([35, 43, 51, 59, 67, 70]),
      smallest: hits([43, 49, 55, 61, 67, 73]),
      clear: hits([4, 22, 40, 58, 76, 94]),
      contrary: hits([4, 40, 20, 58, 76, 94]),
    },
  },
  {
    claim: c11,
    sample: prefixes,
    planted: {
      edge: confidence(but(later(0.5), 4, GROWTH)),
      smallest: confidence(later(2 * GROWTH)),
      clear: confidence(later(1)),
      contrary: confidence(but(later(1), 2, -1)),
    },
  },
  {
    claim: c12,
    sample: prefixes,
    planted: {
      edge: cases([[60, 40], [90, 5.5], ...later<Shares>([90, 10]).slice(2)]),
      smallest: cases(later([63, 19.5])),
      clear: cases(later([95, 5])),
      contrary: cases(but(later([95, 5]), 1, [30, 70])),
    },
  },
  {
    claim: c7,
    sample: prefixes,
    every: 4,
    planted: {
      edge: active([20, 18, 10, 10, 10, 5], 25),
      smallest: active([11, ...later(7)], 21),
      clear: active([30, ...later(10)], 50),
      contrary: active([30, ...but(later(10), 2, 1)], 50),
    },
  },
  {
    claim: c4,
    sample: cells,
    planted: {
      edge: agreement(150, 1.75, 2.25, 1.5),
      smallest: agreement(450, 1.5, 2.5, 1),
      clear: agreement(VOCABULARY, 5, 20, 0),
      contrary: agreement(VOCABULARY, 2, 20, 30),
    },
  },
  {
    claim: c6,
    sample: cells,
    planted: {
      edge: sharp({ top: 8, bottom: 4, shuffled: 7.5, upper: 50, hits: 57 }),
      smallest: sharp({ top: 8, bottom: 3.75, shuffled: 7, upper: 60, hits: 46 }),
      clear: sharp({ top: 30, bottom: 1, shuffled: 1, upper: 95, hits: 46 }),
      contrary: sharp({ top: 30, bottom: 1, shuffled: 1, upper: 5, hits: 46 }),
    },
    outOfReach: { hits: 'a share of 100 values has an interval about as wide as its band, whatever the model' },
  },
  {
    claim: a8,
    sample: stretches,
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
  {
    claim: c3,
    sample: keys,
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
  ...plantedOrderClaims,
];
