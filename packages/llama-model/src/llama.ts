import type { Origin } from '@interlayer/model-files';
import { type Hookable, type Tap, untapped } from '@interlayer/tensor-hooks';
import {
  activationNames,
  attentionMask,
  type BlockWeights,
  checkInputs,
  createWeights,
  disposeWeights,
  type KeyValueCache,
  layerOrder,
  normalize,
  rotaryPositions,
  runStack,
  type StackSettings,
} from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import { llamaBlocks, normOf } from './blocks';
import { type LlamaConfig, type LlamaConfigInput, llamaConfig } from './config';
import { type InitialValues, llamaParameters } from './parameters';
import { type LlamaPoint, llamaPoints } from './points';

export interface LlamaInputs {
  /** int32 [B, T], indices into the vocabulary; not checked, since that would wait for the device. */
  ids: tf.Tensor2D;
  /**
   * [B, T] of any numeric dtype: 1 = real, 0 = padding on either side, which no token attends to. Positions count the real
   * tokens, as in `transformers`' generation. Absent: all real.
   */
  mask?: tf.Tensor2D;
  /** What earlier runs of this view left, which the tokens follow; this run adds its own. Not with a mask. */
  cache?: KeyValueCache;
}

/** What a Llama gives. A type alias, not an interface, so that `tf.tidy` takes it as a container of tensors. */
export type LlamaOutput = {
  /** [B, T, d], after the final norm */
  hidden: tf.Tensor3D;
  /** [B, T, V]: the scores of the next token; absent without a readout */
  logits?: tf.Tensor3D;
};
/** What a Llama with its readout gives. */
export type LlamaScores = Required<LlamaOutput>;
/** What a Llama without its readout gives. */
export type LlamaStates = Omit<LlamaOutput, 'logits'>;

/** A Llama: embeddings, an ordered view of layers, and the readout. Several views may share one set of weights. */
export interface LlamaModel<O extends LlamaOutput = LlamaOutput> extends Hookable<LlamaPoint, LlamaInputs, O> {
  readonly config: LlamaConfig;
  /** By the hub's names, with the prefix `model.`, however the file spells them. */
  readonly weights: Readonly<Record<string, tf.Variable>>;
  /** The layers' weights by source layer, in the form of the block. */
  readonly blocks: readonly BlockWeights[];
  /** The matrix that turns states into scores, [V, d]: the word embeddings if tied. Absent if the file has none. */
  readonly readout?: tf.Variable;
  /** The weights that run in each slot. */
  readonly order: readonly number[];
  readonly points: readonly LlamaPoint[];
  /** Where the weights were loaded from, for saving them as they were. */
  readonly origin?: Origin;
  /** One forward pass. The outputs belong to the tidy around the call, or else to the caller. */
  run(inputs: LlamaInputs, tap?: Tap<LlamaPoint>): O;
  /**
   * The readout of states [..., d]: scores [..., V].
   * @throws Error when the model has no readout.
   */
  logits(states: tf.Tensor, tap?: Tap<LlamaPoint>): tf.Tensor;
  /** The same weights with layer `order[s]` in slot s: permuted, repeated or dropped. Nothing is copied. */
  withLayers(order: readonly number[]): LlamaModel<O>;
  /**
   * The same weights without the readout, or with it again.
   * @throws Error when the model has no readout.
   */
  withHead(head: true): LlamaModel<LlamaScores>;
  withHead(head: false): LlamaModel<LlamaStates>;
  /** Frees the weights, which every view shares. */
  dispose(): void;
}

export interface CreateLlamaOptions extends InitialValues {
  /** Same seed, same weights, on every backend. Models that differ in some tensors agree in the others. */
  seed: number;
}

/**
 * Makes an untrained Llama: truncated normal weights (see `truncatedNormal`), zero biases, unit gains.
 * @throws Error for a config that is not supported; when no backend is started.
 */
export function createLlama(config: LlamaConfigInput, options: CreateLlamaOptions): LlamaModel<LlamaScores> {
  const complete = llamaConfig(config);
  return assembleLlama(complete, createWeights(llamaParameters(complete, options), options.seed)).withHead(true);
}

/** Makes a model from existing weights, with a readout if they have one. */
export function assembleLlama(
  config: LlamaConfig,
  weights: Readonly<Record<string, tf.Variable>>,
  origin?: Origin,
): LlamaModel {
  const blocks = llamaBlocks(weights, config);
  const all = blocks.map((_, layer) => layer);
  const words = weights['model.embed_tokens.weight']!;
  const readout = config.tie_word_embeddings ? words : weights['lm_head.weight'];
  const rotationOf = rotaryPositions(config.head_dim, config.rope_theta);
  const always = Array<boolean>(blocks.length).fill(true);
  const settings: StackSettings = {
    heads: config.num_attention_heads,
    keyValueHeads: config.num_key_value_heads,
    norm: 'pre',
    activation: activationNames[config.hidden_act]!,
    epsilon: config.rms_norm_eps,
    skips: { attention: always, feedForward: always },
  };

  function requireReadout(): tf.Tensor2D {
    if (readout) return readout as tf.Tensor as tf.Tensor2D;
    throw new Error('This Llama has no readout: its file has no lm_head.weight, and the config does not tie one.');
  }

  const logits = (states: tf.Tensor, tap: Tap<LlamaPoint> = untapped): tf.Tensor =>
    tf.tidy(() => {
      const scores = tf.matMul(tf.reshape(states, [-1, config.hidden_size]), requireReadout(), false, true);
      return tap('logits', tf.reshape(scores, [...states.shape.slice(0, -1), config.vocab_size]));
    });

  // What a view gives follows from `head`, which the type of the view mirrors.
  const view = <O extends LlamaOutput>(order: readonly number[], head: boolean): LlamaModel<O> => ({
    config,
    weights,
    blocks,
    readout,
    order,
    points: llamaPoints(order, head),
    origin,
    run({ ids, mask, cache }, tap = untapped) {
      const past = cache?.length ?? 0;
      checkInputs({ ids, mask }, config.max_position_embeddings, past);
      const length = ids.shape[1];
      const output = tf.tidy((): Record<string, tf.Tensor> => {
        const context = {
          mask: attentionMask({ mask, causal: true, length, past }),
          rotation: rotationOf({ length, mask, past }),
          cache,
        };
        const embedded = tap('embeddings', tf.gather(words, ids)) as tf.Tensor3D;
        const last = runStack(embedded, blocks, settings, order, context, tap);
        const hidden = tap('final.norm', normalize(last, normOf(weights, 'model.norm'), config.rms_norm_eps));
        return head ? { hidden, logits: logits(hidden, tap) } : { hidden };
      });
      return output as unknown as O;
    },
    logits,
    withLayers: (next) => view(layerOrder(next, config.num_hidden_layers), head),
    withHead: (next: boolean) => {
      if (next) requireReadout();
      return view<LlamaScores>(order, next);
    },
    dispose: () => disposeWeights(weights),
  });
  return view(all, readout !== undefined);
}
