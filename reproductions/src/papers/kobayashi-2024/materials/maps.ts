import { type AttentionMap, attentionMaps, type MapChange, mapChange, type Scope } from '@interlayer/attention-maps';
import type { Matmul } from '@interlayer/linalg';
import { mean } from '@interlayer/stats';
import type { Sample } from '../../../claim/claim';
import type { Units } from '../../../claim/statistic';
import { type Bench, material } from '../../../materials/material';
import { openMatmul } from '../../../materials/matmul';
import { isLarge, type Specimen } from '../../../subjects/specimen';
import { amplificationOf, expressionShareOf, pairCounts } from '../amplification';
import { deviationsOf, SOURCE, UNITS } from '../kobayashi';
import { capturedStates, type LayerWeights, layerOf, layerWeights, normOf, type SiteValues } from '../layer-of';
import type { Category } from '../pair-categories';
import { type ScaledBlock, scaledBlock } from '../scaled-blocks';
import { cellsOf, SCOPES } from '../scopes';
import { forEachSequence } from '../site-values';
import { annotatedSequences, COUNT, LARGE_COUNT, type Sequence, type Sequences, sequences } from './sequences';
import { annotatedTexts, texts } from './texts';

/** What one layer's maps of one sequence come to. */
export interface LayerNumbers {
  /** 1 − ρ between maps, by what lies between them; the diagonal is in unless said otherwise. */
  change: Record<Change, number>;
  /** Mean length over tokens of what the feed-forward block gives, and of what the skip around it adds. */
  lengths: { feedForward: number; skip: number };
  /** Mean over tokens of |output of the feed-forward block|, by dimension. */
  magnitudes: Float64Array;
  /** The pairs that the block alone amplifies most and least, in the maps as shares of each target, the diagonal out. */
  amplified: Record<'most' | 'least', AmplifiedCell[]>;
  /** Spearman's ρ of amplification and PMI over the pairs that have a PMI; NaN where they are too few. */
  pmi: number;
  /** The same with the PMI added to the amplification, both as ranks. */
  plantedPmi: number;
  /** Mean share that a target gets from a source of its own name or expression, relative to that from any other token, by scope. */
  expressionShare: Record<'before' | 'feedForward' | 'skip' | 'layer', number>;
  /** Share of the biases in all lengths behind the feed-forward block. */
  biasShare: number;
}

/**
 * `feedForward`: the block alone; `skip`: the block and its skip; `norm`: the LayerNorm behind the skip (before the block in
 * pre-LN models); `layer`: the block, its skip and that LayerNorm (post-LN alone).
 */
export type Change =
  | 'feedForward'
  | 'skip'
  | 'norm'
  | 'layer'
  | 'feedForwardByTarget'
  | 'skipByTarget'
  | 'feedForwardOffDiagonal';

export interface AmplifiedCell {
  change: number;
  category: Category;
}

export interface ModelMaps {
  name: string;
  /** How many pairs of each sequence are of each category: all that count, and those that stand side by side. */
  pairs: Record<'all' | 'adjacent', Record<Category, number>>[];
  /** By layer, then sequence. */
  layers: LayerNumbers[][];
  /** γ of the LayerNorm beside the feed-forward block, by layer. */
  gains: ArrayLike<number>[];
  units: Units;
}

export interface Maps extends Sample {
  /** The model, and a second one that differs in its seed where the subject has one. */
  models: ModelMaps[];
  /** The model earlier in its training, where the subject has such weights; of the trained model alone. */
  snapshots: ModelMaps[];
  /** The first and the last layer of the model, with feed-forward blocks of other sizes; of the trained model alone. */
  scaled: ScaledBlock[];
  /** Whether it is an encoder, with LayerNorm behind its skips. */
  masked: boolean;
  /** Tokens of the text in each sequence. */
  length: number;
  text: string;
  /** Whether names and expressions are annotated in the text. */
  annotated: boolean;
}

/** A second model, earlier steps of training and the controls read fewer sequences. */
const FEWER = 16;
const LARGE_FEWER = 4;

const SAMPLE = `${COUNT} sequences of held-out text (a second seed, earlier steps of training and the controls: ${FEWER}); of a large model ${LARGE_COUNT}, the controls ${LARGE_FEWER}`;

export const maps = material<Maps>({
  name: 'attention maps',
  needs: ['memories', 'seeds', 'snapshots'],
  source: SOURCE,
  sample: SAMPLE,
  budget: { seconds: 150, megabytes: 2500 },
  uses: [sequences],
  make: async (bench) => makeMaps(bench, await bench.get(sequences)),
});

/** Maps of text whose names and expressions are annotated, where it is at hand; else those of the text that all claims read. */
export const annotatedMaps = material<Maps>({
  name: 'attention maps of annotated text',
  needs: ['memories', 'seeds', 'snapshots'],
  source: SOURCE,
  sample: SAMPLE,
  uses: [maps, annotatedSequences],
  async make(bench) {
    const [usual, annotated] = [await bench.get(texts), await bench.get(annotatedTexts)];
    return usual === annotated ? bench.get(maps) : makeMaps(bench, await bench.get(annotatedSequences));
  },
});

async function makeMaps(bench: Bench, { sequences: all, pmi, texts: { name, annotated } }: Sequences): Promise<Maps> {
  const trained = bench.condition === 'trained';
  const seeds = trained ? bench.seeds : bench.seeds.slice(0, 1);
  const variants = trained ? [...seeds, ...bench.snapshots] : seeds;
  const models: ModelMaps[] = [];
  for (const [i, variant] of variants.entries()) {
    const fewer = isLarge(await bench.specimen(variant)) ? LARGE_FEWER : FEWER;
    const few = trained && i === 0 ? [...all.keys()] : spread([...all.keys()], fewer);
    const progress = (share: number) => bench.progress((i + share) / variants.length);
    const read = { sequences: few.map((index) => all[index]!), pmi: few.map((index) => pmi[index]!) };
    models.push({ name: variant, ...(await mapsOf(await bench.specimen(variant), read, bench, progress)) });
  }
  const scaled = trained ? await scaledBlocksOf(await bench.specimen(), all[0]!, bench) : [];
  const about = { masked: (await bench.specimen()).kind === 'masked', length: lengthOf(all[0]!), text: name };
  const { units } = models[0]!;
  const snapshots = models.splice(seeds.length);
  return { models, snapshots, scaled, ...about, annotated, units, dropped: [], deviations: deviationsOf(about) };
}

const lengthOf = ({ counted }: Sequence): number => counted.filter(Boolean).length;

/** Some of the sequences, from all parts of the list. */
const spread = <T>(all: readonly T[], count: number): T[] =>
  all.length <= count ? [...all] : Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);

/** The maps of all layers on some sequences; only what they come to is kept. */
export async function mapsOf(
  specimen: Specimen,
  { sequences: read, pmi }: Pick<Sequences, 'sequences' | 'pmi'>,
  bench: Pick<Bench, 'runtime'>,
  progress: (share: number) => void = () => {},
): Promise<Omit<ModelMaps, 'name'>> {
  const runtime = await bench.runtime();
  const weights = await Promise.all(
    Array.from({ length: specimen.layers }, (_, layer) => layerWeights(specimen, layer)),
  );
  const layers = weights.map((): LayerNumbers[] => []);
  const { matmul, dispose } = openMatmul(runtime);
  try {
    await forEachSequence(specimen, read, runtime, async (values, sequence, share) => {
      for (const [layer, of] of weights.entries())
        layers[layer]![sequence] = await numbersOf(of, values[layer]!, read[sequence]!, pmi[sequence]!, matmul);
      progress(share);
    });
  } finally {
    await dispose();
  }
  return {
    layers,
    pairs: read.map((sequence) => pairCounts(normOf(specimen), sequence)),
    gains: weights.map(({ feedForward }) => feedForward.norm.gain),
    units: { clusters: read.map(({ text }) => text), method: UNITS },
  };
}

/** The first and the last layer with feed-forward blocks of other sizes. */
async function scaledBlocksOf(specimen: Specimen, sequence: Sequence, bench: Bench): Promise<ScaledBlock[]> {
  const runtime = await bench.runtime();
  const { matmul, dispose } = openMatmul(runtime);
  const scaled: ScaledBlock[] = [];
  try {
    await forEachSequence(specimen, [sequence], runtime, async (values) => {
      for (const layer of new Set([0, specimen.layers - 1])) {
        const weights = await layerWeights(specimen, layer);
        scaled.push({ layer, ...(await scaledBlock(weights, values[layer]!, sequence, matmul)) });
      }
    });
  } finally {
    await dispose();
  }
  return scaled;
}

async function numbersOf(
  weights: LayerWeights,
  values: SiteValues,
  sequence: Sequence,
  pmi: Float64Array,
  matmul: Matmul,
): Promise<LayerNumbers> {
  const { norm } = weights;
  const { start, before, feedForward, skip, layer } = SCOPES[norm];
  const scopes = [...new Set([start, before, feedForward, skip, layer])] as Scope[];
  const captured = capturedStates(norm, values);
  const activations = Object.fromEntries(scopes.map((scope) => [scope, captured[scope]!]));
  const all = await attentionMaps<Scope>(layerOf(weights, values), { scopes, matmul, check: { activations } });
  const cells = cellsOf(norm, sequence);
  const change = (from: Scope, to: Scope, options = {}) =>
    numberOf(mapChange(all[from].map, all[to].map, { ...cells, ...options }));
  const output = captured[feedForward]!;
  return {
    change: {
      feedForward: change(before, feedForward),
      skip: change(start, skip),
      norm: norm === 'post' ? change(skip, layer) : change(start, before),
      layer: norm === 'post' ? change(start, layer) : Number.NaN,
      feedForwardByTarget: change(before, feedForward, { by: 'target' }),
      skipByTarget: change(start, skip, { by: 'target' }),
      feedForwardOffDiagonal: change(before, feedForward, { diagonal: false }),
    },
    lengths: { feedForward: meanLength(output, sequence), skip: meanLength(captured[start]!, sequence) },
    magnitudes: meanMagnitudes(output, sequence),
    ...amplificationOf({ before: all[before].map, after: all[feedForward].map }, sequence, pmi, cells),
    expressionShare: {
      before: expressionShareOf(all[before].map, sequence, cells),
      feedForward: expressionShareOf(all[feedForward].map, sequence, cells),
      skip: expressionShareOf(all[skip].map, sequence, cells),
      layer: expressionShareOf(all[layer].map, sequence, cells),
    },
    biasShare: biasShareOf(all[feedForward], sequence),
  };
}

const numberOf = ({ value }: MapChange): number => value ?? Number.NaN;

type Rows = { data: ArrayLike<number>; columns: number };
const tokensOf = ({ counted }: Pick<Sequence, 'counted'>) => [...counted.keys()].filter((token) => counted[token]);
const rowOf = ({ data, columns }: Rows, token: number) =>
  Float64Array.from({ length: columns }, (_, k) => data[token * columns + k]!);
const meanLength = (states: Rows, sequence: Sequence): number =>
  mean(
    tokensOf(sequence).map((token) => Math.sqrt(rowOf(states, token).reduce((sum, value) => sum + value * value, 0))),
  );

function meanMagnitudes(states: Rows, sequence: Sequence): Float64Array {
  const tokens = tokensOf(sequence);
  const sums = new Float64Array(states.columns);
  for (const token of tokens)
    for (const [k, value] of rowOf(states, token).entries()) sums[k]! += Math.abs(value) / tokens.length;
  return sums;
}

/** Mean over targets: the length of the biases over the sum of that and of all contributions. */
const biasShareOf = ({ map, bias }: AttentionMap, sequence: Sequence): number =>
  mean(
    tokensOf(sequence).map((target) => {
      const lengths = rowOf(map, target).reduce((sum, value) => sum + value, 0);
      return bias[target]! / (bias[target]! + lengths);
    }),
  );
