import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { miniGptFolder } from './folder';

/** What is known of a model that this repository trained. Losses in nats per token. */
export interface ModelCard {
  name: string;
  description: string;
  parameters: number;
  /** Loss of the shipped half-precision file. */
  heldOut: {
    split: string;
    /** How many addresses there are. */
    addresses: number;
    /** How many tokens were predicted. */
    tokens: number;
    /** Mean over tokens. */
    loss: number;
    /** 95 %, by a bootstrap over addresses. */
    lossInterval: [number, number];
    byAddress: { id: string; tokens: number; loss: number }[];
  };
  /** What others make of the same tokens. */
  baselines: {
    /** Entropy of the held-out tokens' own frequencies. */
    unigramEntropy: number;
    /** Interpolated absolute-discounting models of the train split. */
    unigram: number;
    bigram: number;
    trigram: number;
  };
  /** What was asked of the model before it was trained. */
  bars: { what: string; value: number; atLeast: number; met: boolean }[];
  /** The first step at which the watched loss was half a nat below the unigram entropy; null: at none. */
  leftPlateauBy: number | null;
  /** Losses on the way: step 0 is the untrained model, the others lie in `steps/<step>`. */
  snapshots: { step: number; loss: number }[];
  /** All that decides the result, as `pnpm train` reads it. */
  recipe: {
    objective: 'causal';
    name: string;
    description: string;
    model: {
      vocab_size: number;
      n_embd: number;
      n_layer: number;
      n_head: number;
      tie_word_embeddings?: boolean;
      final_layer_norm?: boolean;
      [field: string]: unknown;
    };
    initial: { std: number; positions?: 'normal' | 'sinusoidal'; positionBase?: number };
    /** Tokens of a row. */
    length: number;
    /** Rows of a step. */
    batch: number;
    steps: number;
    optimizer: {
      peak: number;
      warmUp: number;
      beta1: number;
      beta2: number;
      epsilon: number;
      weightDecay: number;
      clipNorm: number;
    };
    seed: number;
    checkpointEvery: number;
    evaluateEvery: number;
    snapshots: readonly number[];
  };
  training: {
    tokens: number;
    seconds: number;
    engine: string;
    device: string;
    versions: Record<string, string>;
  };
  corpus: { name: string /** Of ids and texts of all addresses. */; sha256: string; trainTokens: number };
}

/** Reads card.json. */
export const miniGptCard = (): ModelCard => JSON.parse(readFileSync(join(miniGptFolder, 'card.json'), 'utf8'));
