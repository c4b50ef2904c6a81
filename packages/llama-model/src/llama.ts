import type { Origin } from '@interlayer/model-files';
import {
  activationNames,
  type CausalModel,
  type CausalOutput,
  type CausalScores,
  causalModel,
  createWeights,
  normOf,
  rotaryPositions,
  type Weights,
} from '@interlayer/transformer';
import * as tf from '@tensorflow/tfjs-core';
import { llamaBlocks } from './blocks';
import { type LlamaConfig, type LlamaConfigInput, llamaConfig } from './config';
import { type InitialValues, llamaParameters } from './parameters';
import { llamaPoints } from './points';

/** A Llama: embeddings, an ordered view of layers, and the readout. Several views may share one set of weights. */
export type LlamaModel<O extends CausalOutput = CausalOutput> = CausalModel<LlamaConfig, Origin, O>;

export interface CreateLlamaOptions extends InitialValues {
  /** Same seed, same weights, on every backend. Models that differ in some tensors agree in the others. */
  seed: number;
}

/**
 * Makes an untrained Llama: truncated normal weights (see `truncatedNormal`), zero biases, unit gains.
 * @throws Error for a config that is not supported; when no backend is started.
 */
export function createLlama(config: LlamaConfigInput, options: CreateLlamaOptions): LlamaModel<CausalScores> {
  const complete = llamaConfig(config);
  return assembleLlama(complete, createWeights(llamaParameters(complete, options), options.seed)).withHead(true);
}

/** Makes a model from existing weights, by the hub's names, with a readout if they have one. Nothing is copied. */
export function assembleLlama(config: LlamaConfig, weights: Weights, origin?: Origin): LlamaModel {
  const words = weights['model.embed_tokens.weight']!;
  const always = Array<boolean>(config.num_hidden_layers).fill(true);
  return causalModel({
    family: 'Llama',
    config,
    weights,
    blocks: llamaBlocks(weights, config),
    readout: config.tie_word_embeddings ? words : weights['lm_head.weight'],
    origin,
    settings: {
      heads: config.num_attention_heads,
      keyValueHeads: config.num_key_value_heads,
      norm: 'pre',
      activation: activationNames[config.hidden_act]!,
      epsilon: config.rms_norm_eps,
      skips: { attention: always, feedForward: always },
    },
    positions: config.max_position_embeddings,
    pointsOf: llamaPoints,
    embed: ({ ids }) => tf.gather(words, ids) as tf.Tensor as tf.Tensor3D,
    rotation: rotaryPositions(config.head_dim, config.rope_theta),
    finalNorm: normOf(weights, 'model.norm'),
  });
}
