import { randomized } from '../../transformer/test/causal';
import { createLlama, type LlamaConfigInput } from '../src/index';

export const tinyConfig = {
  vocab_size: 17,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 6,
  max_position_embeddings: 9,
} satisfies LlamaConfigInput;

/** A tiny Llama of which every weight is random. The caller disposes it. */
export const tinyLlama = (config: Partial<LlamaConfigInput> = {}, seed = 1) =>
  randomized(createLlama({ ...tinyConfig, ...config }, { seed }), seed);
