import { independent } from '../../src/claim/statistic';
import type { LayerMemories, Memories } from '../../src/papers/geva-2021/materials/memories';
import { SHARPEST } from '../../src/papers/geva-2021/sharpness';
import { LAYERS } from '../planted';
import type { Random } from '../random';

/** The sharpest quarter of the cells and a few more, the flattest and a few more, and those between. */
type Sharpness = 'sharp' | 'middling' | 'flat';

const sharpnessOf = (probability: number): Sharpness =>
  probability > 0.7 ? 'sharp' : probability < 0.3 ? 'flat' : 'middling';

/** What is true of the population that memory cells are drawn from. */
export interface MemoriesTruth {
  vocabulary: number;
  /** Percent of the cells whose value agrees with the next token, by layer and by sharpness. */
  next(layer: number, sharpness: Sharpness): number;
  /** Percent that agree with the last token. */
  last: number;
  /** Percent of the sharpest that lie in the upper half of the layers, and that have a hit. */
  sharpest?: { upper: number; hits: number };
}

/** Values and triggers of memory cells, one trigger each, as a model would have them if this were true of it. */
export function plantedMemories(
  cells: number,
  { vocabulary, next, last, sharpest = { upper: 50, hits: 50 } }: MemoriesTruth,
  { uniform }: Random,
): Memories {
  const below = (n: number) => Math.floor(uniform() * n);
  const chance = (percent: number) => 100 * uniform() < percent;
  /** The token itself in `percent` of the cases, else any other. */
  const agreeing = (token: number, agrees: boolean) =>
    agrees ? token : (token + 1 + below(vocabulary - 1)) % vocabulary;
  // More than the sharpest that are looked at, and fewer than those whose agreement is planted as that of sharp ones.
  const extreme = (1.5 * SHARPEST) / (LAYERS * cells);
  const layers = Array.from({ length: LAYERS }, (_, layer): LayerMemories => {
    const share = (2 * extreme * (layer < LAYERS / 2 ? 100 - sharpest.upper : sharpest.upper)) / 100;
    const probability = Float64Array.from({ length: cells }, () =>
      uniform() < share ? 1 - extreme * uniform() : (1 - extreme) * uniform(),
    );
    const valueTop = Int32Array.from({ length: cells }, () => below(vocabulary));
    const sharpness = Array.from(probability, sharpnessOf);
    const agreesNext = sharpness.map((name) => chance(next(layer, name)));
    const agreesLast = sharpness.map(() => chance(last));
    const tokensOf = (agrees: readonly boolean[]) => valueTop.map((token, cell) => agreeing(token, agrees[cell]!));
    const ranksOf = (agrees: readonly boolean[]) => Int32Array.from(agrees, (yes) => (yes ? 0 : 1));
    // Who agrees has a hit; others have as often as it takes.
    const others = (cell: number) => {
      const agreement = next(layer, sharpness[cell]!);
      return (100 * (sharpest.hits - agreement)) / (100 - agreement);
    };
    return {
      counts: new Int32Array(cells).fill(1),
      tokens: { next: tokensOf(agreesNext), last: tokensOf(agreesLast) },
      valueTop,
      probability,
      agrees: { next: agreesNext, last: agreesLast },
      ranks: { next: ranksOf(agreesNext), last: ranksOf(agreesLast) },
      precision: Float64Array.from(agreesNext, (yes, cell) => (yes || chance(others(cell)) ? 1 : 0)),
    };
  });
  return {
    layers,
    cells,
    vocabulary,
    units: independent(LAYERS * cells, 'planted cells'),
    layerUnits: independent(cells, 'planted cells'),
    dropped: [],
    deviations: [],
  };
}
