import { randomized } from '../../transformer/test/causal';
import { createGpt, type GptConfigInput } from '../src/index';

export const tinyConfig = {
  vocab_size: 17,
  n_embd: 8,
  n_layer: 3,
  n_head: 2,
  n_inner: 12,
  n_positions: 7,
} satisfies GptConfigInput;

/** A tiny GPT-2 of which every weight is random. The caller disposes it. */
export const tinyGpt = (config: Partial<GptConfigInput> = {}, seed = 1) =>
  randomized(createGpt({ ...tinyConfig, ...config }, { seed }), seed);
