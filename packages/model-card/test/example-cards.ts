import type { CausalCard, MaskedCard } from '../src/index';

const recipe = {
  name: 'tiny',
  description: 'A model of one layer',
  length: 16,
  batch: 2,
  steps: 10,
  optimizer: { peak: 1e-3, warmUp: 2, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 },
  seed: 1,
  checkpointEvery: 5,
  evaluateEvery: 5,
  snapshots: [5],
};

const common = {
  name: 'tiny',
  description: 'A model of one layer',
  parameters: 12,
  bars: [{ what: 'nats below the unigram entropy', value: 0.5, atLeast: 0.25, met: true }],
  leftPlateauBy: null,
  training: { tokens: 320, seconds: 1.5, engine: 'cpu', device: 'a processor', versions: { node: '20.0.0' } },
  corpus: { name: 'speeches', sha256: '0123456789abcdef'.repeat(4), trainTokens: 1000 },
};

export const causalCard: CausalCard = {
  ...common,
  heldOut: {
    split: 'test',
    addresses: 2,
    tokens: 7,
    loss: 2.5,
    lossInterval: [2, 3],
    byAddress: [
      { id: '1790', tokens: 4, loss: 2 },
      { id: '1791', tokens: 3, loss: 3 },
    ],
  },
  baselines: { unigramEntropy: 3, unigram: 3.1, bigram: 2.8, trigram: 2.7 },
  snapshots: [{ step: 0, loss: 8 }],
  recipe: {
    ...recipe,
    objective: 'causal',
    model: { vocab_size: 20, n_positions: 16, n_embd: 8, n_layer: 1, n_head: 2, activation_function: 'relu' },
    initial: { std: 0.05 },
  },
};

export const maskedCard: MaskedCard = {
  ...common,
  heldOut: {
    split: 'test',
    addresses: 1,
    tokens: 4,
    loss: 2.5,
    lossInterval: [2, 3],
    top1: 0.4,
    top1Interval: [0.3, 0.5],
    byAddress: [{ id: '1790', tokens: 4, loss: 2.5, top1: 0.4 }],
  },
  baselines: { unigramEntropy: 3, mostFrequentShare: 0.1 },
  snapshots: [{ step: 0, loss: 8, top1: 0 }],
  recipe: {
    ...recipe,
    objective: 'masked',
    model: {
      vocab_size: 20,
      hidden_size: 8,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      feed_forward: [true, false],
      skips: { attention: [true, true] },
    },
    initial: { std: 0.08, positions: 'sinusoidal', positionBase: 100, residualScale: 0.25 },
    maskRate: 0.2,
    shortRows: { length: 8, steps: 3 },
  },
};
