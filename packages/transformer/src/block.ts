import type { Tap } from '@interlayer/tensor-hooks';
import * as tf from '@tensorflow/tfjs-core';
import { type Activation, activate } from './activation';
import { attentionScores } from './attention-scores';
import type { KeyValueCache } from './key-value-cache';
import { applyLinear, type Linear } from './linear';
import { type Norm, normalize } from './norm';
import type { BlockPoint, BlockSite } from './points';
import { type Rotation, rotate } from './rotary-positions';
import { multiplyShared } from './shared-heads';

/** The weights of one block. Query, key and value are three projections, or one whose outputs lie side by side. */
export interface BlockWeights {
  attention: { projections: readonly [query: Linear, key: Linear, value: Linear] | Linear; output: Linear; norm: Norm };
  /** Absent: the block has no feed-forward block, and neither its norm nor its skip. With a gate: act(gate(x)) · up(x). */
  feedForward?: { gate?: Linear; up: Linear; down: Linear; norm: Norm };
}

export interface BlockSettings {
  heads: number;
  /** Heads of keys and values, each of which serves `heads / keyValueHeads` heads of queries; default `heads`. */
  keyValueHeads?: number;
  /** `post`: the norm after each skip (BERT); `pre`: before attention and before the feed-forward block (GPT-2, Llama). */
  norm: 'post' | 'pre';
  activation: Activation;
  epsilon: number;
  /** Whether the block has its skips; without one, only the branch continues. */
  skips: { attention: boolean; feedForward: boolean };
}

/** What a run gives to all of its blocks. */
export interface BlockContext {
  /** Additive, broadcast over [B, H, T, S]; see `attentionMask`. */
  mask?: tf.Tensor4D | undefined;
  /** Turns queries and keys by their positions; see `rotaryPositions`. */
  rotation?: Rotation;
  /** Where the block finds the keys and values of earlier positions, and leaves its own. */
  cache?: KeyValueCache;
}

/**
 * One transformer block (Vaswani et al. 2017; pre-LN as in GPT-2 and Llama), with a point at every step.
 *
 * @param x [B, T, d]
 * @param place the slot in the stack that runs, which names the points, and the layer whose weights run.
 * @returns [B, T, d]
 */
export function runBlock(
  x: tf.Tensor3D,
  weights: BlockWeights,
  settings: BlockSettings,
  { mask, rotation, cache }: BlockContext,
  tap: Tap<BlockPoint>,
  place: { slot: number; sourceLayer: number },
): tf.Tensor3D {
  const { attention, feedForward } = weights;
  const { heads, keyValueHeads = heads, norm, activation, epsilon, skips } = settings;
  const [batch, length] = x.shape;
  const at = <T extends tf.Tensor>(site: BlockSite, value: T): T => tap(`layers.${place.slot}.${site}`, value, place);
  const split = (value: tf.Tensor, count: number) =>
    tf.transpose(tf.reshape(value, [batch, length, count, value.shape[2]! / count]), [0, 2, 1, 3]);
  const turn = (site: 'query' | 'key', value: tf.Tensor) =>
    rotation ? at(`attention.${site}.rotated`, rotate(value, rotation)) : value;

  return tf.tidy(() => {
    const input = at('input', x);
    const read = at('attention.input', norm === 'pre' ? normalize(input, attention.norm, epsilon) : input);
    const [query, key, value] = project(read, attention.projections);
    const plainQueries = at('attention.query', split(query!, heads));
    const plainKeys = at('attention.key', split(key!, keyValueHeads));
    const newValues = at('attention.value', split(value!, keyValueHeads));
    const queries = turn('query', plainQueries);
    const newKeys = turn('key', plainKeys);
    const [keys, values] = cache ? cache.extend(place.slot, newKeys, newValues) : [newKeys, newValues];
    const products = attentionScores(queries, keys);
    const scores = at('attention.scores', mask ? tf.add(products, mask) : products);
    const probabilities = at('attention.probabilities', tf.softmax(scores));
    const joined = tf.transpose(multiplyShared(probabilities, values), [0, 2, 1, 3]);
    const context = at('attention.context', tf.reshape(joined, [batch, length, query!.shape[2]!]));
    const attended = at('attention.output', applyLinear(context, attention.output));
    const sum = at('attention.sum', skips.attention ? tf.add(input, attended) : attended);
    const middle = at('middle', norm === 'post' ? normalize(sum, attention.norm, epsilon) : sum);
    if (!feedForward) return at('output', middle) as tf.Tensor3D;

    const { gate, up, down, norm: feedForwardNorm } = feedForward;
    const fed = at('ffn.input', norm === 'pre' ? normalize(middle, feedForwardNorm, epsilon) : middle);
    const activated = (site: BlockSite, keys: Linear) => activate(at(site, applyLinear(fed, keys)), activation);
    const coefficients = gate
      ? tf.mul(activated('ffn.gate', gate), at('ffn.up', applyLinear(fed, up)))
      : activated('ffn.preactivation', up);
    const output = at('ffn.output', applyLinear(at('ffn.hidden', coefficients), down));
    const total = at('ffn.sum', skips.feedForward ? tf.add(middle, output) : output);
    return at('output', norm === 'post' ? normalize(total, feedForwardNorm, epsilon) : total) as tf.Tensor3D;
  });
}

function project(x: tf.Tensor, projections: BlockWeights['attention']['projections']): tf.Tensor[] {
  if (!('weight' in projections)) return projections.map((projection) => applyLinear(x, projection));
  const joined = applyLinear(x, projections);
  const [batch, length, width] = joined.shape as [number, number, number];
  return [0, 1, 2].map((i) => tf.slice(joined, [0, 0, (i * width) / 3], [batch, length, width / 3]));
}
