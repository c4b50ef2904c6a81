import type { Origin } from '@interlayer/model-files';
import {
  activationNames,
  type CausalModel,
  type CausalOutput,
  type CausalScores,
  causalModel,
  createWeights,
  maskedPositions,
  normOf,
  type Weights,
} from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import { gptBlocks } from './blocks';
import { type GptConfig, type GptConfigInput, gptConfig } from './config';
import { gptParameters, type InitialValues } from './parameters';
import { gptPoints } from './points';

/** A GPT-2: embeddings, an ordered view of layers, and the readout. Several views may share one set of weights. */
export type GptModel<O extends CausalOutput = CausalOutput> = CausalModel<GptConfig, Origin, O>;

export interface CreateGptOptions extends InitialValues {
  /** Same seed, same weights, on every backend. Models that differ in some tensors agree in the others. */
  seed: number;
}

/**
 * Makes an untrained GPT-2: truncated normal weights (see `truncatedNormal`), zero biases, unit gains.
 * @throws Error for a config that is not supported; when no backend is started.
 */
export function createGpt(config: GptConfigInput, options: CreateGptOptions): GptModel<CausalScores> {
  const complete = gptConfig(config);
  return assembleGpt(complete, createWeights(gptParameters(complete, options), options.seed)).withHead(true);
}

/** Makes a model from existing weights, by the hub's names, with a readout if they have one. Nothing is copied. */
export function assembleGpt(config: GptConfig, weights: Weights, origin?: Origin): GptModel {
  const words = weights['transformer.wte.weight']!;
  const positions = weights['transformer.wpe.weight']!;
  return causalModel({
    family: 'GPT-2',
    config,
    weights,
    blocks: gptBlocks(weights, config),
    readout: config.tie_word_embeddings ? words : weights['lm_head.weight'],
    origin,
    settings: {
      heads: config.n_head,
      norm: 'pre',
      activation: activationNames[config.activation_function]!,
      epsilon: config.layer_norm_epsilon,
      skips: { attention: config.skips.attention, feedForward: config.skips.feed_forward },
    },
    positions: config.n_positions,
    pointsOf: (order, head) => gptPoints(config, order, head),
    embed({ ids, mask }, past) {
      const placed = mask
        ? tf.gather(positions, maskedPositions(mask))
        : tf.slice(positions, [past, 0], [ids.shape[1], config.n_embd]);
      return tf.add(tf.gather(words, ids), placed);
    },
    finalNorm: config.final_layer_norm ? normOf(weights, 'transformer.ln_f') : undefined,
  });
}
