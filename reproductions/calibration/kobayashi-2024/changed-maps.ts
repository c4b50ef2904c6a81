import d1 from '../../src/papers/kobayashi-2024/claims/d1-feed-forward-changes-maps';
import d2 from '../../src/papers/kobayashi-2024/claims/d2-not-co-occurrence';
import d3 from '../../src/papers/kobayashi-2024/claims/d3-skip-undoes';
import d6 from '../../src/papers/kobayashi-2024/claims/d6-parts-cancel-on-names';
import { but, everywhere, type Planted, type PlantedClaim } from '../planted';
import { type MapsTruth, plantedMaps } from './maps';
import { FEWER, sample } from './sequences';

const SMALL: MapsTruth = { change: everywhere(0.001), kappa: everywhere(0.5), length: everywhere(1) };

const planted = (models: readonly MapsTruth[], truth: ReturnType<Planted['truth']>): Planted => ({
  material: (condition, random) =>
    condition === 'trained' ? plantedMaps(models, random) : plantedMaps([SMALL], random, FEWER),
  truth: () => truth,
});

/** What so many of the layers reach. */
const reached = (values: readonly number[], layers: number) => [...values].sort((a, b) => b - a)[layers - 1]!;
const [HALF, MOST, FOUR_FIFTHS] = [3, 4, 5];

/** Mean changes of the map by layer, of two models. */
const changes = (...models: readonly (readonly number[])[]): Planted =>
  planted(
    models.map((change) => ({ change })),
    {
      headline: reached(models[0]!, HALF),
      parts: { 'every-layer': models.flat(), 'half-of-layers': models.map((each) => reached(each, HALF)) },
    },
  );

/** Mean correlations by layer, of two models. */
const correlations = (...models: readonly (readonly number[])[]): Planted =>
  planted(
    models.map((pmi) => ({ pmi })),
    { headline: models[0]![0]!, parts: { weak: models.flat() } },
  );

type Undone = Required<Pick<MapsTruth, 'change' | 'kappa' | 'length'>>;

/** What a skip undoes in two models. Layers that change the map by no more than 0.005 need not undo most of it. */
const skips = (...models: readonly Undone[]): Planted =>
  planted(models, {
    headline: reached(models[0]!.kappa, HALF),
    parts: {
      'less-than-the-block': models.map(({ change, kappa }) =>
        reached(
          change.map((of, i) => of * kappa[i]!),
          FOUR_FIFTHS,
        ),
      ),
      'most-of-it': models.flatMap(({ change, kappa }) => kappa.filter((_, i) => change[i]! > 0.005)),
      'median-layer': models.map(({ kappa }) => reached(kappa, HALF)),
      'longer-vector': models.map(({ length }) => reached(length, MOST)),
    },
  });
const UNDONE: Undone = { change: everywhere(0.04), kappa: everywhere(0.95), length: everywhere(3) };
const JUST_UNDONE: Undone = {
  change: [0.04, 0.04, 0.0035, 0.0035, 0.0035, 0.0035],
  kappa: [0.85, 0.85, 0.7, 0.64, 0.002 / 0.0035, 0.3],
  length: [2, 1.8, 1.5, 1.2, 1, 1],
};

type Names = NonNullable<MapsTruth['names']>;

/** Log ratios of the share of names by block and skip, of two models. */
const cancelled = (...models: readonly Names[]): Planted =>
  planted(
    models.map((names) => ({ names })),
    {
      headline: models[0]!.block[0]!,
      parts: {
        changes: models.map(({ block }) => reached(block.map(Math.abs), MOST)),
        cancels: models.map(({ block, skip }) =>
          reached(
            skip.map((by, i) => -Math.sign(block[i]!) * by),
            MOST,
          ),
        ),
      },
    },
  );
const CANCELLED: Names = { block: everywhere(0.3), skip: everywhere(-0.3) };
const JUST_CANCELLED: Names = {
  block: [0.1, 0.08, 0.05, 0.02, 0.005, 0.005],
  skip: [-0.08, -0.06, -0.04, -0.01, 0, 0],
};

/** Claims of attention maps: means over sequences, ratios of them, and what so many of the layers reach. */
export const plantedMapClaims: readonly PlantedClaim[] = [
  {
    claim: d1,
    sample: sample(FEWER),
    planted: {
      edge: changes([0.001, 0.004, 0.006, 0.012, 0.02, 0.03], everywhere(0.05)),
      smallest: changes([0.002, 0.002, 0.002, 0.014, 0.02, 0.03], [0.002, 0.002, 0.002, 0.014, 0.02, 0.03]),
      clear: changes(everywhere(0.05), everywhere(0.05)),
      contrary: changes(everywhere(0.005), everywhere(0.05)),
    },
  },
  {
    claim: d2,
    sample: sample(FEWER),
    planted: {
      edge: correlations(but(everywhere(0), 2, 0.2), everywhere(0)),
      smallest: correlations(everywhere(0.15), everywhere(-0.15)),
      clear: correlations(everywhere(0), everywhere(0)),
      contrary: correlations(but(everywhere(0), 2, 0.5), everywhere(0)),
    },
  },
  {
    claim: d3,
    sample: sample(FEWER),
    planted: {
      edge: skips(
        {
          change: [0.04, 0.04, 0.003, 0.003, 0.003, 0.003],
          kappa: [0.95, 0.8, 0.6, 0.45, 1 / 3, 0.2],
          length: [2, 1.8, 1.5, 1.1, 1, 1],
        },
        UNDONE,
      ),
      smallest: skips(JUST_UNDONE, JUST_UNDONE),
      clear: skips(UNDONE, UNDONE),
      contrary: skips({ ...UNDONE, kappa: but(UNDONE.kappa, 1, 0.3) }, UNDONE),
    },
  },
  {
    claim: d6,
    sample: sample(FEWER),
    planted: {
      edge: cancelled(
        { block: [0.1, 0.08, 0.05, 0.015, 0.004, 0.004], skip: [-0.08, -0.06, -0.04, -0.005, 0, 0] },
        CANCELLED,
      ),
      smallest: cancelled(JUST_CANCELLED, JUST_CANCELLED),
      clear: cancelled(CANCELLED, CANCELLED),
      contrary: cancelled({ ...CANCELLED, skip: everywhere(0.3) }, CANCELLED),
    },
  },
];
