import type { LinearModel } from '@interlayer/linalg';
import { ComponentFits } from '@interlayer/nonlinearity';
import type { Runtime } from '@interlayer/runtime';
import { type Edit, edit } from '@interlayer/tensor-hooks';
import { seedFrom } from '@interlayer/text-data';
import { type Activation, activate, truncatedNormal } from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import type { TokenRow } from '../../../materials/hidden-states';
import { openMatmul } from '../../../materials/matmul';
import type { Specimen } from '../../../subjects/specimen';
import { pointsAt } from './components';
import { readAtOnce } from './sample';

/** Where parts of a layer begin and end, without skip and LayerNorm: both branches, and the first dense layer with its GELU. */
const PARTS = {
  mlp: { from: 'ffn.input', to: 'ffn.output' },
  'first dense': { from: 'ffn.input', to: 'ffn.hidden' },
  attention: { from: 'attention.input', to: 'attention.output' },
} as const;
export type Part = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as Part[];

/** What a part computes instead: from what it reads, [B, T, d], to what it gives, [B, T, ·]. */
export type StandIn = (x: tf.Tensor3D, output: tf.Tensor) => tf.Tensor;

/** The part removed. Its skip and its LayerNorm stay. */
export const zeros: StandIn = (_, output) => tf.zerosLike(output);

/** x A + b for each token. */
export const affine =
  ({ A, b }: AffineTensors): StandIn =>
  (x, output) =>
    tf.reshape(tf.add(tf.matMul(tf.reshape(x, [-1, A.shape[0]]), A as tf.Tensor2D), b), output.shape);

/** Scale of the weights that the authors' script leaves, frozen and without biases, in a part that it means to remove. */
const ACCIDENT_STD = 0.02;

/** What the authors' script makes of a feed-forward block that it means to remove: one with small random weights. */
export function accident({ width, cells, activation }: Specimen, seed: number): StandIn {
  const weights = (rows: number, columns: number, name: string) =>
    tf.tensor2d(truncatedNormal(rows * columns, ACCIDENT_STD, seedFrom(seed, name)), [rows, columns]);
  return (x, output) => {
    const sums = tf.matMul(tf.reshape(x, [-1, width]) as tf.Tensor2D, weights(width, cells, 'up'));
    const hidden = activate(sums, activation as Activation) as tf.Tensor2D;
    return tf.reshape(tf.matMul(hidden, weights(cells, width, 'down')), output.shape);
  };
}

export interface AffineTensors {
  /** [in, out] */
  A: tf.Tensor;
  /** [out] */
  b: tf.Tensor;
}

/** Puts something in the place of a part of the layer in some slot. */
export function inPlaceOf(part: Part, slot: number, standIn: StandIn): Edit<never>[] {
  let x: tf.Tensor | undefined;
  const at = (site: string, apply: Edit['apply']) => edit(`layers.${slot}.${site}` as string, apply);
  return [
    at(PARTS[part].from, (value) => {
      x = value;
      return value;
    }),
    at(PARTS[part].to, (output) => standIn(x as tf.Tensor3D, output)),
  ];
}

/** The closest affine map of some parts of every layer, [layer][part], by least squares over the tokens of some rows. */
export async function affineMaps<P extends Part>(
  specimen: Specimen,
  rows: readonly TokenRow[],
  runtime: Runtime,
  parts: readonly P[],
): Promise<Record<P, LinearModel>[]> {
  const components = Array.from({ length: specimen.layers }, (_, layer) =>
    parts.map((part) => ({
      name: `${layer} ${part}`,
      // After LayerNorms a branch reads what stands before it, which has a point of its own.
      input: `layers.${layer}.${part === 'attention' ? 'input' : 'middle'}`,
      output: `layers.${layer}.${PARTS[part].to}`,
    })),
  );
  const { matmul, dispose } = openMatmul(runtime);
  try {
    const fits = new ComponentFits(components.flat(), { matmul });
    for (const some of readAtOnce(specimen, rows)) await fits.add(await pointsAt(specimen, some, runtime, fits.points));
    const maps = fits.solve();
    return components.map(
      (_, layer) =>
        Object.fromEntries(parts.map((part) => [part, maps[`${layer} ${part}`]!])) as Record<P, LinearModel>,
    );
  } finally {
    await dispose();
  }
}

/** The tensors of an affine map, which is transposed: [in, out]. */
export const affineTensors = ({ coefficients: { rows, columns, data }, intercept }: LinearModel): AffineTensors =>
  tf.tidy(() => ({
    A: tf.transpose(tf.tensor2d(Float32Array.from(data), [rows, columns])),
    b: tf.tensor1d(Float32Array.from(intercept)),
  }));
