import type { CausalRecipe } from '../recipe';

/** A small version of Geva et al. 2021: pre-LN, ReLU feed-forward blocks, tied readout, no LayerNorm before it. */
export const miniGpt: CausalRecipe = {
  objective: 'causal',
  name: 'mini-gpt',
  description: 'A causal transformer of 6 layers and width 128, trained on the State of the Union addresses',
  model: {
    vocab_size: 4096,
    n_positions: 128,
    n_embd: 128,
    n_layer: 6,
    n_head: 4,
    activation_function: 'relu',
    tie_word_embeddings: true,
    final_layer_norm: false,
  },
  initial: { std: 0.05 },
  length: 128,
  batch: 8,
  steps: 12000,
  optimizer: { peak: 4e-3, warmUp: 300, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 },
  seed: 1,
  checkpointEvery: 200,
  evaluateEvery: 500,
  snapshots: [1200],
};
