import type { Matrix } from '@interlayer/linalg';
import type { Activation } from './activation';

/** y = W x + b. */
export interface Affine {
  /** W: [out, in], as BERT's files have it. GPT-2's have [in, out]: transpose those. */
  weight: Matrix;
  /** b: [out]; absent: zeros. */
  bias?: ArrayLike<number>;
}

/** LayerNorm: (x − mean) / √(variance + epsilon) ⊙ gain + bias. */
export interface Norm {
  /** γ: [d] */
  gain: ArrayLike<number>;
  /** β: [d]; absent: zeros. */
  bias?: ArrayLike<number>;
  /** Inside the root: 1e-12 in BERT, 1e-5 in GPT-2 and RoBERTa. Take the checkpoint's. */
  epsilon: number;
}

export interface FeedForward {
  /** [f, d] */
  up: Affine;
  /** [d, f] */
  down: Affine;
  /** The checkpoint's own: exact and tanh GELU differ by about 1e-3. */
  activation: Activation;
  norm: Norm;
}

/** One transformer layer and what it computed on one sequence of n tokens of width d, without dropout. */
export interface Layer {
  /** `post`: LayerNorm after each skip (BERT); `pre`: before attention and before the feed-forward block (GPT-2). */
  norm: 'post' | 'pre';
  /** The layer's input, before any LayerNorm of its own: [n, d] */
  input: Matrix;
  /** Attention weights by head, a row for each target: [n, n] each, rows sum to 1. */
  attention: readonly Matrix[];
  /** The value projection of all heads, side by side: [heads · size, d] */
  value: Affine;
  /** The projection after attention: [d, heads · size] */
  output: Affine;
  /** The LayerNorm of the attention block. */
  attentionNorm: Norm;
  /** Absent: only the scopes of the attention block can be computed. */
  feedForward?: FeedForward;
}
