import type { Origin } from '@interlayer/model-files';
import { type Hookable, type Tap, untapped } from '@interlayer/tensor-hooks';
import {
  activate,
  activationNames,
  applyLinear,
  attentionMask,
  type BlockWeights,
  checkInputs,
  createWeights,
  disposeWeights,
  type Linear,
  layerOrder,
  linearOf,
  normalize,
  normOf,
  runStack,
  type Weights,
} from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import { bertBlocks, decoderOf } from './blocks';
import { type BertConfig, type BertConfigInput, type BertHead, bertConfig, completeHeads } from './config';
import { bertParameters, type InitialValues } from './parameters';
import { type BertPoint, bertPoints } from './points';

export interface BertInputs {
  /** int32 [B, T], indices into the vocabulary; not checked, since that would wait for the device. */
  ids: tf.Tensor2D;
  /**
   * [B, T] of any numeric dtype: 1 = real, 0 = padding, which no token attends to. Pad on the right: positions count from
   * the first column, as in `transformers`. Absent: all real.
   */
  mask?: tf.Tensor2D;
  /** int32 [B, T]: the segment of each token. Absent: all 0. */
  types?: tf.Tensor2D;
}

/** A type alias, not an interface, so that `tf.tidy` takes it as a container of tensors. */
export type BertOutput = {
  /** [B, T, d] */
  hidden: tf.Tensor3D;
  /** [B, d], tanh of a dense layer on the first token */
  pooled?: tf.Tensor2D;
  /** [B, T, V] */
  mlmLogits?: tf.Tensor3D;
  /** [B, labels] */
  classifierLogits?: tf.Tensor2D;
};

/** A BERT: embeddings, an ordered view of layers, and heads. Several views may share one set of weights. */
export interface BertModel extends Hookable<BertPoint, BertInputs, BertOutput> {
  readonly config: BertConfig;
  /** By the hub's names, with the prefix `bert.` and LayerNorm.weight / .bias, however the file spells them. */
  readonly weights: Weights;
  /** The layers' weights by source layer, in the form of the block. */
  readonly blocks: readonly BlockWeights[];
  /** The last step of the masked-LM head, [V, d] with a bias [V]: the word embeddings where tied. Absent without that head. */
  readonly decoder?: Linear;
  /** The weights that run in each slot. */
  readonly order: readonly number[];
  readonly heads: readonly BertHead[];
  readonly points: readonly BertPoint[];
  /** Where the weights were loaded from, for saving them as they were. */
  readonly origin?: Origin;
  /** One forward pass, with every head of this view. The outputs belong to the tidy around the call, or else to the caller. */
  run(inputs: BertInputs, tap?: Tap<BertPoint>): BertOutput;
  /** The masked-LM head: from states [..., d] to logits [..., V]. */
  mlmLogits(states: tf.Tensor, tap?: Tap<BertPoint>): tf.Tensor;
  /**
   * The masked-LM head at chosen places only.
   * @param hidden [B, T, d]
   * @param flatPositions int32 [N], indices into the B · T tokens, row by row
   * @returns [N, V]
   */
  mlmLogitsAt(hidden: tf.Tensor3D, flatPositions: tf.Tensor1D, tap?: Tap<BertPoint>): tf.Tensor2D;
  /** The same weights with layer `order[s]` in slot s: permuted, repeated or dropped. Nothing is copied. */
  withLayers(order: readonly number[]): BertModel;
  /**
   * The same weights with these heads only.
   * @throws Error for a head that the model does not have.
   */
  withHeads(heads: readonly BertHead[]): BertModel;
  /** Frees the weights, which every view shares. */
  dispose(): void;
}

export interface CreateBertOptions extends InitialValues {
  /** Same seed, same weights, on every backend. Models that differ in some tensors agree in the others. */
  seed: number;
  /** Default none: hidden states alone. */
  heads?: readonly BertHead[];
}

/**
 * Makes an untrained BERT: truncated normal weights (see `truncatedNormal`), zero biases, unit gains.
 * @throws Error for a config that is not supported; when no backend is started.
 */
export function createBert(config: BertConfigInput, options: CreateBertOptions): BertModel {
  const complete = bertConfig(config);
  const heads = completeHeads(options.heads ?? []);
  return assembleBert(complete, createWeights(bertParameters(complete, heads, options), options.seed), heads);
}

/** Makes a model from existing weights, by the hub's names, which hold those of `heads`. Nothing is copied. */
export function assembleBert(
  config: BertConfig,
  weights: Weights,
  heads: readonly BertHead[],
  origin?: Origin,
): BertModel {
  const blocks = bertBlocks(weights, config);
  const all = config.feed_forward.map((_, layer) => layer);
  const activation = activationNames[config.hidden_act]!;
  const settings = {
    heads: config.num_attention_heads,
    norm: 'post' as const,
    activation,
    epsilon: config.layer_norm_eps,
    skips: { attention: config.skips.attention, feedForward: config.skips.feed_forward },
  };
  const layerNorm = (x: tf.Tensor, name: string) => normalize(x, normOf(weights, name), config.layer_norm_eps);

  const decoder = heads.includes('mlm') ? decoderOf(weights, config) : undefined;

  function embed({ ids, types }: BertInputs): tf.Tensor3D {
    const width = config.hidden_size;
    const word = tf.gather(weights['bert.embeddings.word_embeddings.weight']!, ids);
    const typeTable = weights['bert.embeddings.token_type_embeddings.weight']!;
    const type = types ? tf.gather(typeTable, types) : tf.slice(typeTable, [0, 0], [1, width]);
    const positions = weights['bert.embeddings.position_embeddings.weight']!;
    const position = tf.slice(positions, [0, 0], [ids.shape[1], width]);
    return layerNorm(tf.add(tf.add(word, type), position), 'bert.embeddings.LayerNorm') as tf.Tensor3D;
  }

  function mlmLogits(states: tf.Tensor, tap: Tap<BertPoint> = untapped): tf.Tensor {
    requireHead('mlm', heads);
    return tf.tidy(() => {
      const dense = activate(
        applyLinear(states, linearOf(weights, 'cls.predictions.transform.dense', 'out-in')),
        activation,
      );
      const transformed = tap('mlm.transform', layerNorm(dense, 'cls.predictions.transform.LayerNorm'));
      return tap('mlm.logits', applyLinear(transformed, decoder!));
    });
  }

  function pool(hidden: tf.Tensor3D): tf.Tensor2D {
    const first = tf.reshape(tf.slice(hidden, [0, 0, 0], [hidden.shape[0], 1, hidden.shape[2]]), [
      hidden.shape[0],
      hidden.shape[2],
    ]);
    return tf.tanh(applyLinear(first, linearOf(weights, 'bert.pooler.dense', 'out-in'))) as tf.Tensor2D;
  }

  const view = (order: readonly number[], viewed: readonly BertHead[]): BertModel => ({
    config,
    weights,
    blocks,
    decoder,
    order,
    heads: viewed,
    points: bertPoints(config, order, viewed),
    origin,
    run(inputs, tap = untapped) {
      checkInputs(inputs, config.max_position_embeddings);
      const output = tf.tidy((): Record<string, tf.Tensor> => {
        const mask = attentionMask({ mask: inputs.mask, causal: false, length: inputs.ids.shape[1] });
        const embedded = tap('embeddings', embed(inputs));
        const hidden = runStack(embedded, blocks, settings, order, { mask }, tap);
        const result: Record<string, tf.Tensor> = { hidden };
        if (viewed.includes('pooler')) {
          const pooled = tap('pooler', pool(hidden));
          result.pooled = pooled;
          if (viewed.includes('classifier')) {
            const logits = applyLinear(pooled, linearOf(weights, 'classifier', 'out-in'));
            result.classifierLogits = tap('classifier.logits', logits);
          }
        }
        if (viewed.includes('mlm')) result.mlmLogits = mlmLogits(hidden, tap);
        return result;
      });
      return output as unknown as BertOutput;
    },
    mlmLogits,
    mlmLogitsAt: (hidden, flatPositions, tap = untapped) =>
      tf.tidy(() => {
        const states = tf.reshape(hidden, [-1, config.hidden_size]);
        return mlmLogits(tf.gather(states, flatPositions), tap) as tf.Tensor2D;
      }),
    withLayers: (next) => view(layerOrder(next, config.num_hidden_layers), viewed),
    withHeads: (next) => {
      const chosen = completeHeads(next);
      for (const head of chosen) requireHead(head, heads);
      return view(order, chosen);
    },
    dispose: () => disposeWeights(weights),
  });
  return view(all, heads);
}

function requireHead(head: BertHead, heads: readonly BertHead[]): void {
  if (heads.includes(head)) return;
  const has = heads.length > 0 ? `It has ${heads.join(', ')}` : 'It has none';
  throw new Error(`This BERT has no head "${head}". ${has}; createBert(config, { heads }) makes others.`);
}
