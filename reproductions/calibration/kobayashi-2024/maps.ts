import type { LayerNumbers, Maps, ModelMaps } from '../../src/papers/kobayashi-2024/materials/maps';
import { everywhere } from '../planted';
import type { Random } from '../random';
import { drawAround, FEWER, lognormal, normal, SEQUENCES, unitsOf } from './sequences';

/** What is true of a model, by layer. */
export interface MapsTruth {
  /** Mean change of the map by the block alone, 1 − ρ. */
  change?: readonly number[];
  /** Share of it that the skip undoes. */
  kappa?: readonly number[];
  /** Mean length of what the skip adds over that of the block's output. */
  length?: readonly number[];
  /** Mean correlation of amplification and PMI. */
  pmi?: readonly number[];
  /** Mean log ratio of the share of names, by the block, and by the skip after it. */
  names?: { block: readonly number[]; skip: readonly number[] };
}

/** Standard deviations over sequences, about those of mini-bert; of changes and lengths, of their logarithms. */
const SPREAD = { change: 0.3, undone: 0.2, length: 0.1, pmi: 0.1, names: 0.02 };

function plantedModel(name: string, truth: MapsTruth, sequences: number, random: Random): ModelMaps {
  const units = unitsOf(sequences);
  const { change = everywhere(0.04), kappa = everywhere(0.9), length = everywhere(2), pmi = everywhere(0) } = truth;
  const { names = { block: everywhere(0), skip: everywhere(0) } } = truth;
  const values = {
    block: drawAround(units, change, random, lognormal(SPREAD.change)),
    rest: drawAround(
      units,
      kappa.map((share) => 1 - share),
      random,
      lognormal(SPREAD.undone),
    ),
    length: drawAround(units, length, random, lognormal(SPREAD.length)),
    pmi: drawAround(units, pmi, random, normal(SPREAD.pmi)),
    byBlock: drawAround(units, names.block, random, normal(SPREAD.names)),
    bySkip: drawAround(units, names.skip, random, normal(SPREAD.names)),
  };
  const layers = change.map((_, layer) =>
    Array.from({ length: sequences }, (_, sequence): LayerNumbers => {
      const at = (of: keyof typeof values) => values[of][layer]![sequence]!;
      const [block, rest] = [at('block'), at('block') * at('rest')];
      const afterBlock = Math.exp(at('byBlock'));
      return {
        change: {
          feedForward: block,
          skip: rest,
          norm: 0.01,
          layer: rest,
          feedForwardByTarget: block,
          skipByTarget: rest,
          feedForwardOffDiagonal: block,
        },
        lengths: { feedForward: 1, skip: at('length') },
        magnitudes: new Float64Array(0),
        amplified: { most: [], least: [] },
        pmi: at('pmi'),
        plantedPmi: 0.8,
        expressionShare: {
          before: 1,
          feedForward: afterBlock,
          skip: afterBlock * Math.exp(at('bySkip')),
          layer: afterBlock,
        },
        biasShare: 0.1,
      };
    }),
  );
  return { name, layers, pairs: [], gains: [], units };
}

/** What maps of an encoder come to, if this were true of it and of a second seed: the first is read on more text. */
export function plantedMaps(models: readonly MapsTruth[], random: Random, sequences = SEQUENCES): Maps {
  const all = models.map((truth, i) =>
    plantedModel(i ? `seed-${i + 1}` : 'base', truth, i ? FEWER : sequences, random),
  );
  return {
    models: all,
    snapshots: [],
    scaled: [{ layer: 0, silent: 0, small: 1, large: 0 }],
    masked: true,
    length: 62,
    text: 'planted text',
    annotated: true,
    units: all[0]!.units,
    dropped: [],
    deviations: [],
  };
}
