import { normalCdf } from '@interlayer/stats';
import d7 from '../../src/papers/kobayashi-2024/claims/d7-context-mixing';
import frequency from '../../src/papers/kobayashi-2024/claims/d7-mixing-and-frequency';
import { ANALYSES, type LayerMixing, type Mixing } from '../../src/papers/kobayashi-2024/materials/mixing';
import { everywhere, LAYERS, type Planted, type PlantedClaim } from '../planted';
import type { Random } from '../random';
import { drawAround, normal, SEQUENCES, sample, unitsOf } from './sequences';

/** What is true of a model. */
interface MixingTruth {
  /** Ratios in the order of the analyses, percent. */
  ratios: readonly number[];
  /** Spearman's ρ of the frequency rank of a token and its ratio. */
  rho: number;
}

/** Standard deviation of ratios over sequences, points. */
const SPREAD = 3;
/** Tokens of each sequence that are not masked. */
const TOKENS = 54;

/** Mixing ratios as models would have them if this were true of them. */
function plantedMixing(models: readonly MixingTruth[], random: Random, sequences = SEQUENCES): Mixing {
  const units = unitsOf(sequences);
  const draw = () =>
    Array.from({ length: sequences }, () => Float64Array.from({ length: TOKENS }, () => random.normal()));
  const rarity = draw();
  return {
    models: models.map(({ ratios, rho }, model) => {
      const byAnalysis = ratios.map((ratio) => drawAround(units, everywhere(ratio), random, normal(SPREAD)));
      // Spearman's ρ of a bivariate normal distribution with the correlation r is 6/π · asin(r/2).
      const r = 2 * Math.sin((Math.PI * rho) / 6);
      const noise = draw();
      const ofTokens = rarity.map((list, sequence) =>
        list.map((x, token) => normalCdf(r * x + Math.sqrt(1 - r * r) * noise[sequence]![token]!)),
      );
      return {
        name: model ? `seed-${model + 1}` : 'base',
        units,
        layers: Array.from({ length: LAYERS }, (_, layer) =>
          Array.from({ length: sequences }, (_, sequence): LayerMixing => {
            const values = byAnalysis.map((layers) => layers[layer]![sequence]!);
            const all = Object.fromEntries(ANALYSES.map((name, i) => [name, values[i]!])) as LayerMixing['all'];
            return { all, masked: values.at(-1)!, text: values.at(-1)!, ratios: ofTokens[sequence]! };
          }),
        ),
      };
    }),
    shape: { layers: LAYERS, width: 128 },
    frequencyRanks: rarity.map((list) => list.map((x) => 4096 * normalCdf(x))),
    selfish: 0,
    units,
    dropped: [],
    deviations: [],
  };
}

const NOTHING: MixingTruth = { ratios: everywhere(50).slice(1), rho: 0 };

const planted = (models: readonly MixingTruth[], truth: ReturnType<Planted['truth']>): Planted => ({
  material: (condition, random) =>
    condition === 'trained' ? plantedMixing(models, random) : plantedMixing([NOTHING], random, SEQUENCES / 2),
  truth: () => truth,
});

/** Ratios of two models. */
const ratios = (...models: readonly (readonly number[])[]): Planted =>
  planted(
    models.map((each) => ({ ratios: each, rho: 0 })),
    {
      headline: models[0]!.at(-1)!,
      parts: {
        order: [0, 1, 2].flatMap((i) => models.map((each) => each[i]! - each[i + 1]!)),
        'norm-adds-none': models.map((each) => each[3]! - each[4]!),
      },
    },
  );

/** Correlations of two models. */
const correlations = (...models: readonly number[]): Planted =>
  planted(
    models.map((rho) => ({ ratios: NOTHING.ratios, rho })),
    { headline: models[0]!, parts: { 'rarer-less': models.map((rho) => -rho) } },
  );

const USUAL = [97, 85, 48, 20, 17];
const JUST = [52, 50, 48, 46, 45.5];

/** Claims of context mixing: differences of means over layers, and a correlation over all tokens. */
export const plantedMixingClaims: readonly PlantedClaim[] = [
  {
    claim: d7,
    sample: sample(SEQUENCES),
    planted: {
      edge: ratios([86, 85, 48, 20, 20], USUAL),
      smallest: ratios(JUST, JUST),
      clear: ratios(USUAL, USUAL),
      contrary: ratios([97, 85, 48, 20, 30], USUAL),
    },
  },
  {
    claim: frequency,
    sample: sample(SEQUENCES),
    planted: {
      edge: correlations(-0.05, -0.3),
      smallest: correlations(-0.1, -0.1),
      clear: correlations(-0.5, -0.5),
      contrary: correlations(0.3, -0.5),
    },
  },
];
