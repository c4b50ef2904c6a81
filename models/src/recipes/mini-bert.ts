import type { MaskedRecipe } from '../recipe';

/**
 * A small post-LN BERT. With the usual initial values (0.02, random positions) it stays at the unigram loss for thousands of
 * steps; larger values and sinusoidal positions leave that plateau soon.
 */
export const miniBert: MaskedRecipe = {
  objective: 'masked',
  name: 'mini-bert',
  description: 'A post-LN BERT of 6 layers and width 128, trained on the State of the Union addresses',
  model: {
    vocab_size: 4096,
    hidden_size: 128,
    num_hidden_layers: 6,
    num_attention_heads: 4,
    max_position_embeddings: 64,
  },
  initial: { std: 0.08, positions: 'sinusoidal', positionBase: 100, residualScale: 0.25 },
  maskRate: 0.2,
  shortRows: { length: 16, steps: 1500 },
  length: 64,
  batch: 16,
  steps: 10000,
  optimizer: { peak: 1.5e-3, warmUp: 200, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 },
  seed: 1,
  checkpointEvery: 200,
  evaluateEvery: 250,
  snapshots: [1000],
};
