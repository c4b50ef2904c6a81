import { attentionMaps, type Layer, type Scope, weightMixing } from '@interlayer/attention-maps';
import { type Matmul, matrix } from '@interlayer/linalg';
import { mean } from '@interlayer/stats';
import { seedFrom, shuffle } from '@interlayer/text-data';
import type { Sample } from '../../../claim/claim';
import type { Units } from '../../../claim/statistic';
import { type Bench, material } from '../../../materials/material';
import { openMatmul } from '../../../materials/matmul';
import type { Specimen } from '../../../subjects/specimen';
import { SOURCE, UNITS } from '../kobayashi';
import { capturedStates, layerOf, layerWeights, type SiteValues } from '../layer-of';
import { forEachSequence } from '../site-values';
import { COUNT, sequences } from './sequences';

/** Five analyses of how much of a token's new state comes from other tokens: by attention weights (W), or by lengths of vectors (N). */
export const ANALYSES = ['ATTN-W', 'ATTN-N', 'ATTNRES-W', 'ATTNRES-N', 'ATTNRESLN-N'] as const;
export type Analysis = (typeof ANALYSES)[number];

/** Mixing ratios of one layer on one sequence, percent. */
export interface LayerMixing {
  /** Mean over all tokens, special ones included. */
  all: Record<Analysis, number>;
  /** ATTNRESLN-N at masked tokens, and at tokens of the text without those. */
  masked: number;
  text: number;
  /** ATTNRESLN-N of each token of the text that is not masked, 0 to 1. */
  ratios: Float64Array;
}

export interface ModelMixing {
  name: string;
  /** By layer, then sequence. */
  layers: LayerMixing[][];
  units: Units;
}

export interface Mixing extends Sample {
  models: ModelMixing[];
  /** Layers and width, by which the published models are known. */
  shape: { layers: number; width: number };
  /** Frequency ranks of the same tokens as `ratios`, by sequence. */
  frequencyRanks: Float64Array[];
  /** The largest ratio where each token attends to itself alone. */
  selfish: number;
}

/** Share of tokens that are masked, as in the authors' code: 15 % are chosen, and 80 % of these replaced. */
const MASKED = 0.12;

export const mixing = material<Mixing>({
  name: 'context mixing',
  needs: ['encoder', 'seeds'],
  source: SOURCE,
  sample: `${COUNT} sequences of held-out text, 12 % of their tokens masked, [CLS] and [SEP] included (controls: half as many)`,
  budget: { seconds: 120, megabytes: 1500 },
  uses: [sequences],
  async make(bench) {
    const { sequences: all, texts, frequencyRanks } = await bench.get(sequences);
    const base = await bench.specimen();
    const half = bench.condition === 'trained' ? all : all.slice(0, Math.ceil(all.length / 2));
    const read = half.map(({ ids, counted, text }, i) => ({
      ...masked(ids, counted, base.tokenizer.special.mask!, seedFrom(bench.seed, 'masks of sequences', i)),
      counted,
      text,
    }));
    const variants = bench.condition === 'trained' ? bench.seeds : bench.seeds.slice(0, 1);
    const models: ModelMixing[] = [];
    let selfish = 0;
    for (const variant of variants) {
      const ratios = await mixingOf(await bench.specimen(variant), read, bench);
      models.push({
        name: variant,
        layers: ratios.layers,
        units: { clusters: read.map(({ text }) => text), method: UNITS },
      });
      selfish = Math.max(selfish, ratios.selfish);
    }
    const { layers, width } = base;
    return {
      models,
      shape: { layers, width },
      frequencyRanks: read.map(({ ids, masks, counted }) =>
        Float64Array.from(
          ids.filter((_, i) => counted[i] && !masks[i]),
          (id) => frequencyRanks[id]!,
        ),
      ),
      selfish,
      units: models[0]!.units,
      dropped: [],
      deviations: [
        `Read: stretches of ${all[0]!.counted.filter(Boolean).length} tokens of ${texts.name}, 12 % of them replaced by [MASK] (drawn with the seed of the run). The predecessor: 992 excerpts of Wikipedia, 122 tokens on average.`,
        '[CLS] and [SEP] count as targets and sources; ratios at tokens of the text and at masked tokens stand beside.',
      ],
    };
  },
});

interface MaskedSequence {
  ids: number[];
  masks: boolean[];
  counted: readonly boolean[];
}

/** Replaces 12 % of the tokens of the text by a mask, at least one. */
export function masked(ids: readonly number[], counted: readonly boolean[], mask: number, seed: number) {
  const places = shuffle(
    [...ids.keys()].filter((i) => counted[i]),
    seed,
  );
  const chosen = new Set(places.slice(0, Math.max(1, Math.round(MASKED * places.length))));
  return { ids: ids.map((id, i) => (chosen.has(i) ? mask : id)), masks: ids.map((_, i) => chosen.has(i)) };
}

/** The ratios of all layers on some sequences. */
export async function mixingOf(specimen: Specimen, read: readonly MaskedSequence[], bench: Pick<Bench, 'runtime'>) {
  const runtime = await bench.runtime();
  const { matmul, dispose } = openMatmul(runtime);
  const weights = await Promise.all(
    Array.from({ length: specimen.layers }, (_, layer) => layerWeights(specimen, layer)),
  );
  const layers = weights.map((): LayerMixing[] => []);
  let selfish = 0;
  try {
    await forEachSequence(specimen, read, runtime, async (values, index) => {
      for (const [i, of] of weights.entries()) {
        const layer = layerOf(of, values[i]!);
        const ratios = await ratiosOf(layer, matmul, values[i]!);
        layers[i]![index] = summary(ratios, read[index]!);
        if (index === 0)
          selfish = Math.max(
            selfish,
            ...Object.values(await ratiosOf(alone(layer), matmul)).flatMap((all) => [...all]),
          );
      }
    });
  } finally {
    await dispose();
  }
  return { layers, selfish };
}

/** Each token attends to itself alone. */
const alone = (layer: Layer): Layer => {
  const n = layer.input.rows;
  const identity = matrix(
    Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0)),
    n,
  );
  return { ...layer, attention: layer.attention.map(() => identity) };
};

/** All five ratios of each token, 0 to 1. */
async function ratiosOf(layer: Layer, matmul: Matmul, values?: SiteValues): Promise<Record<Analysis, Float64Array>> {
  const scopes: Scope[] = ['Attn', 'AttnRes', 'Atb'];
  const states = values && capturedStates(layer.norm, values);
  const activations = states && Object.fromEntries(scopes.map((scope) => [scope, states[scope]!]));
  const maps = await attentionMaps<Scope>(layer, { scopes, matmul, check: { ...(activations && { activations }) } });
  return {
    'ATTN-W': weightMixing(layer.attention),
    'ATTN-N': maps.Attn.mixing,
    'ATTNRES-W': weightMixing(layer.attention, { residual: true }),
    'ATTNRES-N': maps.AttnRes.mixing,
    'ATTNRESLN-N': maps.Atb.mixing,
  };
}

function summary(ratios: Record<Analysis, Float64Array>, { masks, counted }: MaskedSequence): LayerMixing {
  const meanAt = (of: Analysis, chosen: (token: number) => boolean) =>
    100 * mean(ratios[of].filter((_, i) => chosen(i)));
  return {
    all: Object.fromEntries(ANALYSES.map((each) => [each, meanAt(each, () => true)])) as Record<Analysis, number>,
    masked: meanAt('ATTNRESLN-N', (i) => masks[i]!),
    text: meanAt('ATTNRESLN-N', (i) => counted[i]! && !masks[i]),
    ratios: ratios['ATTNRESLN-N'].filter((_, i) => counted[i]! && !masks[i]),
  };
}
