import type { Layer, Scope } from '@interlayer/attention-maps';
import { type Matrix, matrix, rowsOf, transpose } from '@interlayer/linalg';
import type { BlockWeights } from '@interlayer/transformer';
import type * as tf from '@tensorflow/tfjs-core';
import type { Site, Specimen } from '../../subjects/specimen';

/** Where the state at the end of each scope is captured, by where LayerNorm stands. */
const CAPTURED: Record<Layer['norm'], Partial<Record<Scope, Site>>> = {
  post: {
    Attn: 'attention.output',
    AttnRes: 'attention.sum',
    Atb: 'middle',
    AtbFf: 'ffn.output',
    AtbFfRes: 'ffn.sum',
    AtbFfResLn: 'output',
  },
  pre: { Attn: 'attention.output', Atb: 'middle', AtbLn: 'ffn.input', AtbLnFf: 'ffn.output', AtbLnFfRes: 'output' },
};

export const normOf = ({ adds }: Pick<Specimen, 'adds'>): Layer['norm'] => (adds ? 'pre' : 'post');

/** What has to be captured of a layer. */
export const sitesOf = (specimen: Pick<Specimen, 'adds'>): Site[] => [
  'input',
  'attention.probabilities',
  ...(Object.values(CAPTURED[normOf(specimen)]) as Site[]),
];

/** What one layer held while it read one sequence of n tokens: [n, ·]; attention probabilities as [heads · n, n]. */
export type SiteValues = Readonly<Record<string, Matrix>>;

/** A layer without what a sequence makes of it. */
export type LayerWeights = Omit<Layer, 'input' | 'attention'> & Required<Pick<Layer, 'feedForward'>>;

/** The weights of one layer; every layer needs its feed-forward block. */
export async function layerWeights(specimen: Specimen, layer: number): Promise<LayerWeights> {
  const { attention, feedForward } = specimen.blocks[layer]!;
  if (!feedForward) throw new Error(`Layer ${layer + 1} has no feed-forward block, so it has no map with one.`);
  const norm = async ({ gain, bias }: BlockWeights['attention']['norm']) => ({
    kind: bias ? ('layer' as const) : ('rms' as const),
    gain: await valuesOf(gain),
    bias: bias && (await valuesOf(bias)),
    epsilon: specimen.epsilon,
  });
  return {
    norm: normOf(specimen),
    value: await valueProjection(attention.projections),
    output: await affineOf(attention.output),
    attentionNorm: await norm(attention.norm),
    feedForward: {
      gate: feedForward.gate && (await affineOf(feedForward.gate)),
      up: await affineOf(feedForward.up),
      down: await affineOf(feedForward.down),
      activation: specimen.activation,
      norm: await norm(feedForward.norm),
    },
  };
}

type Linear = BlockWeights['attention']['output'];
const valuesOf = async (tensor: tf.Tensor) => (await tensor.data()) as Float32Array;

/** As [out, in], in float32: what a product in float32 takes as it is. */
async function affineOf({ weight, bias, orientation }: Linear) {
  const stored = matrix(await valuesOf(weight), weight.shape[1]);
  const turned = orientation === 'out-in' ? stored : transpose(stored);
  return { weight: { ...turned, data: Float32Array.from(turned.data) }, bias: bias && (await valuesOf(bias)) };
}

async function valueProjection(projections: BlockWeights['attention']['projections']) {
  if (!('weight' in projections)) return affineOf(projections[2]);
  // Query, key and value lie side by side.
  const { weight, bias } = await affineOf(projections);
  const width = weight.rows / 3;
  return { weight: rowsOf(weight, 2 * width, 3 * width), bias: bias?.subarray(2 * width) };
}

/** The layer as it read one sequence. */
export function layerOf(weights: LayerWeights, values: SiteValues): Layer {
  const input = values.input!;
  const probabilities = values['attention.probabilities']!;
  const heads = probabilities.rows / input.rows;
  return {
    ...weights,
    input,
    attention: Array.from({ length: heads }, (_, head) =>
      rowsOf(probabilities, head * input.rows, (head + 1) * input.rows),
    ),
  };
}

/** The model's own state at the end of each scope. */
export const capturedStates = (norm: Layer['norm'], values: SiteValues): Partial<Record<Scope, Matrix>> =>
  Object.fromEntries(Object.entries(CAPTURED[norm]).map(([scope, site]) => [scope, values[site!]!]));
