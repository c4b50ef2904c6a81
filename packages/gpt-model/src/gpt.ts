import type { Origin } from '@interlayer/model-files';
import { type Hookable, type Tap, untapped } from '@interlayer/tensor-hooks';
import {
  activationNames,
  attentionMask,
  type BlockWeights,
  checkInputs,
  createWeights,
  disposeWeights,
  layerOrder,
  maskedPositions,
  normalize,
  runStack,
} from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import { gptBlocks, normOf } from './blocks';
import { type GptConfig, type GptConfigInput, gptConfig } from './config';
import { gptParameters, type InitialValues } from './parameters';
import { type GptPoint, gptPoints } from './points';

export interface GptInputs {
  /** int32 [B, T], indices into the vocabulary; not checked, since that would wait for the device. */
  ids: tf.Tensor2D;
  /**
   * [B, T] of any numeric dtype: 1 = real, 0 = padding on either side, which no token attends to. Positions count the real
   * tokens, as in `transformers`' generation. Absent: all real.
   */
  mask?: tf.Tensor2D;
}

/** What a GPT-2 gives. A type alias, not an interface, so that `tf.tidy` takes it as a container of tensors. */
export type GptOutput = {
  /** [B, T, d], after the final LayerNorm where there is one */
  hidden: tf.Tensor3D;
  /** [B, T, V]: the scores of the next token; absent without a readout */
  logits?: tf.Tensor3D;
};
/** What a GPT-2 with its readout gives. */
export type GptScores = Required<GptOutput>;
/** What a GPT-2 without its readout gives. */
export type GptStates = Omit<GptOutput, 'logits'>;

/** A GPT-2: embeddings, an ordered view of layers, and the readout. Several views may share one set of weights. */
export interface GptModel<O extends GptOutput = GptOutput> extends Hookable<GptPoint, GptInputs, O> {
  readonly config: GptConfig;
  /** By the hub's names, with the prefix `transformer.`, however the file spells them. */
  readonly weights: Readonly<Record<string, tf.Variable>>;
  /** The layers' weights by source layer, in the form of the block. */
  readonly blocks: readonly BlockWeights[];
  /** The matrix that turns states into scores, [V, d]: the word embeddings if tied. Absent if the file has none. */
  readonly readout?: tf.Variable;
  /** The weights that run in each slot. */
  readonly order: readonly number[];
  readonly points: readonly GptPoint[];
  /** Where the weights were loaded from, for saving them as they were. */
  readonly origin?: Origin;
  /** One forward pass. The outputs belong to the tidy around the call, or else to the caller. */
  run(inputs: GptInputs, tap?: Tap<GptPoint>): O;
  /**
   * The readout of states [..., d]: scores [..., V].
   * @throws Error when the model has no readout.
   */
  logits(states: tf.Tensor, tap?: Tap<GptPoint>): tf.Tensor;
  /** The same weights with layer `order[s]` in slot s: permuted, repeated or dropped. Nothing is copied. */
  withLayers(order: readonly number[]): GptModel<O>;
  /**
   * The same weights without the readout, or with it again.
   * @throws Error when the model has no readout.
   */
  withHead(head: true): GptModel<GptScores>;
  withHead(head: false): GptModel<GptStates>;
  /** Frees the weights, which every view shares. */
  dispose(): void;
}

export interface CreateGptOptions extends InitialValues {
  /** Same seed, same weights, on every backend. Models that differ in some tensors agree in the others. */
  seed: number;
}

/**
 * Makes an untrained GPT-2: truncated normal weights (see `truncatedNormal`), zero biases, unit gains.
 * @throws Error for a config that is not supported; when no backend is started.
 */
export function createGpt(config: GptConfigInput, options: CreateGptOptions): GptModel<GptScores> {
  const complete = gptConfig(config);
  return assembleGpt(complete, createWeights(gptParameters(complete, options), options.seed)).withHead(true);
}

/** Makes a model from existing weights, with a readout if they have one. */
export function assembleGpt(
  config: GptConfig,
  weights: Readonly<Record<string, tf.Variable>>,
  origin?: Origin,
): GptModel {
  const blocks = gptBlocks(weights, config);
  const all = config.feed_forward.map((_, layer) => layer);
  const readout = config.tie_word_embeddings ? weights['transformer.wte.weight'] : weights['lm_head.weight'];
  const settings = {
    heads: config.n_head,
    norm: 'pre' as const,
    activation: activationNames[config.activation_function]!,
    epsilon: config.layer_norm_epsilon,
    skips: { attention: config.skips.attention, feedForward: config.skips.feed_forward },
  };

  function embed({ ids, mask }: GptInputs): tf.Tensor3D {
    const words = tf.gather(weights['transformer.wte.weight']!, ids);
    const table = weights['transformer.wpe.weight']!;
    const positions = mask
      ? tf.gather(table, maskedPositions(mask))
      : tf.slice(table, [0, 0], [ids.shape[1], config.n_embd]);
    return tf.add(words, positions);
  }

  function finish(hidden: tf.Tensor3D, tap: Tap<GptPoint>): tf.Tensor3D {
    if (!config.final_layer_norm) return hidden;
    return tap('final.norm', normalize(hidden, normOf(weights, 'transformer.ln_f'), config.layer_norm_epsilon));
  }

  function requireReadout(): tf.Tensor2D {
    if (readout) return readout as tf.Tensor as tf.Tensor2D;
    throw new Error('This GPT-2 has no readout: its file has no lm_head.weight, and the config does not tie one.');
  }

  const logits = (states: tf.Tensor, tap: Tap<GptPoint> = untapped): tf.Tensor =>
    tf.tidy(() => {
      const scores = tf.matMul(tf.reshape(states, [-1, config.n_embd]), requireReadout(), false, true);
      return tap('logits', tf.reshape(scores, [...states.shape.slice(0, -1), config.vocab_size]));
    });

  // What a view gives follows from `head`, which the type of the view mirrors.
  const view = <O extends GptOutput>(order: readonly number[], head: boolean): GptModel<O> => ({
    config,
    weights,
    blocks,
    readout,
    order,
    points: gptPoints(config, order, head),
    origin,
    run(inputs, tap = untapped) {
      checkInputs(inputs, config.n_positions);
      const output = tf.tidy((): Record<string, tf.Tensor> => {
        const mask = attentionMask({ mask: inputs.mask, causal: true, length: inputs.ids.shape[1] });
        const embedded = tap('embeddings', embed(inputs));
        const hidden = finish(runStack(embedded, blocks, settings, order, { mask }, tap), tap);
        return head ? { hidden, logits: logits(hidden, tap) } : { hidden };
      });
      return output as unknown as O;
    },
    logits,
    withLayers: (next) => view(layerOrder(next, config.n_layer), head),
    withHead: (next: boolean) => {
      if (next) requireReadout();
      return view<GptScores>(order, next);
    },
    dispose: () => disposeWeights(weights),
  });
  return view(all, readout !== undefined);
}
