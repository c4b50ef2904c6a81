import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MiniBertName, miniBertFolder } from './folder';

/** The part of config.json that a recipe gives. */
interface BertShape {
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  hidden_act?: string;
  /** Which layers have their feed-forward block; absent: all. */
  feed_forward?: readonly boolean[];
  /** Which layers have their skips; absent: all. */
  skips?: { attention?: readonly boolean[]; feed_forward?: readonly boolean[] };
  [field: string]: unknown;
}

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
    /** Share of the predictions whose most probable token is the right one. */
    top1: number;
    top1Interval: [number, number];
    byAddress: { id: string; tokens: number; loss: number; top1: number }[];
  };
  /** What others make of the same tokens. */
  baselines: {
    /** Entropy of the predicted tokens' own frequencies. */
    unigramEntropy: number;
    /** Share of the most frequent of the predicted tokens. */
    mostFrequentShare: number;
  };
  /** What was asked of the model before it was trained. */
  bars: { what: string; value: number; atLeast: number; met: boolean }[];
  /** The first step at which the watched loss was half a nat below the unigram entropy; null: at none. */
  leftPlateauBy: number | null;
  /** Losses on the way: step 0 is the untrained model, the others lie in `steps/<step>`. */
  snapshots: { step: number; loss: number; top1: number }[];
  /** All that decides the result, as `pnpm train` reads it. */
  recipe: {
    objective: 'masked';
    name: string;
    description: string;
    model: BertShape;
    initial: { std: number; positions?: 'normal' | 'sinusoidal'; positionBase?: number; residualScale?: number };
    /** Share of the tokens that training predicts; held-out text is masked at 0.15. */
    maskRate: number;
    /** The first steps read rows of this length, as many tokens a step. */
    shortRows?: { length: number; steps: number };
    /** Tokens of a row, `[CLS]` and `[SEP]` included. */
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
export const miniBertCard = (name: MiniBertName = 'base'): ModelCard =>
  JSON.parse(readFileSync(join(miniBertFolder(name), 'card.json'), 'utf8'));
