import { layerNorm } from '@interlayer/tensor-compile';
import type { Tap } from '@interlayer/tensor-hooks';
import * as tf from '@tensorflow/tfjs-core';
import { type Activation, activate } from './activation';
import { attentionScores } from './attention-scores';
import { applyLinear, type Linear } from './linear';
import type { BlockPoint, BlockSite } from './points';

export interface Norm {
  gain: tf.Tensor1D;
  bias: tf.Tensor1D;
}

/** The weights of one block. Query, key and value are three projections, or one whose outputs lie side by side. */
export interface BlockWeights {
  attention: { projections: readonly [query: Linear, key: Linear, value: Linear] | Linear; output: Linear; norm: Norm };
  /** Absent: the block has no feed-forward block, and neither its LayerNorm nor its skip. */
  feedForward?: { up: Linear; down: Linear; norm: Norm };
}

export interface BlockSettings {
  heads: number;
  /** `post`: LayerNorm after each skip (BERT); `pre`: before attention and before the feed-forward block (GPT-2). */
  norm: 'post' | 'pre';
  activation: Activation;
  epsilon: number;
  /** Whether the block has its skips; without one, only the branch continues. */
  skips: { attention: boolean; feedForward: boolean };
}

/**
 * One transformer block (Vaswani et al. 2017; pre-LN as in GPT-2), with a point at every step.
 *
 * @param x [B, T, d]
 * @param mask additive, broadcast over [B, H, T, T]; see `attentionMask`.
 * @param place the slot in the stack that runs, which names the points, and the layer whose weights run.
 * @returns [B, T, d]
 */
export function runBlock(
  x: tf.Tensor3D,
  weights: BlockWeights,
  settings: BlockSettings,
  mask: tf.Tensor4D | undefined,
  tap: Tap<BlockPoint>,
  place: { slot: number; sourceLayer: number },
): tf.Tensor3D {
  const { attention, feedForward } = weights;
  const { heads, norm, activation, epsilon, skips } = settings;
  const [batch, length, width] = x.shape;
  const size = width / heads;
  const at = <T extends tf.Tensor>(site: BlockSite, value: T): T => tap(`layers.${place.slot}.${site}`, value, place);
  const normalize = (value: tf.Tensor, { gain, bias }: Norm) => layerNorm(value, gain, bias, epsilon);
  const split = (value: tf.Tensor) => tf.transpose(tf.reshape(value, [batch, length, heads, size]), [0, 2, 1, 3]);

  return tf.tidy(() => {
    const input = at('input', x);
    const read = at('attention.input', norm === 'pre' ? normalize(input, attention.norm) : input);
    const [query, key, value] = project(read, attention.projections).map(split);
    const queries = at('attention.query', query!);
    const keys = at('attention.key', key!);
    const values = at('attention.value', value!);
    const products = attentionScores(queries, keys);
    const scores = at('attention.scores', mask ? tf.add(products, mask) : products);
    const probabilities = at('attention.probabilities', tf.softmax(scores));
    const joined = tf.transpose(tf.matMul(probabilities, values), [0, 2, 1, 3]);
    const context = at('attention.context', tf.reshape(joined, [batch, length, width]));
    const attended = at('attention.output', applyLinear(context, attention.output));
    const sum = at('attention.sum', skips.attention ? tf.add(input, attended) : attended);
    const middle = at('middle', norm === 'post' ? normalize(sum, attention.norm) : sum);
    if (!feedForward) return at('output', middle) as tf.Tensor3D;

    const fed = at('ffn.input', norm === 'pre' ? normalize(middle, feedForward.norm) : middle);
    const hidden = at('ffn.hidden', activate(at('ffn.preactivation', applyLinear(fed, feedForward.up)), activation));
    const output = at('ffn.output', applyLinear(hidden, feedForward.down));
    const total = at('ffn.sum', skips.feedForward ? tf.add(middle, output) : output);
    return at('output', norm === 'post' ? normalize(total, feedForward.norm) : total) as tf.Tensor3D;
  });
}

function project(x: tf.Tensor, projections: BlockWeights['attention']['projections']): tf.Tensor[] {
  if (!('weight' in projections)) return projections.map((projection) => applyLinear(x, projection));
  const joined = applyLinear(x, projections);
  const [batch, length, width] = joined.shape as [number, number, number];
  return [0, 1, 2].map((i) => tf.slice(joined, [0, 0, (i * width) / 3], [batch, length, width / 3]));
}
