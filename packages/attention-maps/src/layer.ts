import type { Matrix } from '@interlayer/linalg';
import type { Activation } from './activation';

/** y = W x + b. */
export interface Affine {
  /** W: [out, in], as BERT's files have it. GPT-2's have [in, out]: transpose those. */
  weight: Matrix;
  /** b: [out]; absent: zeros. */
  bias?: ArrayLike<number>;
}

/** LayerNorm, (x − mean) / √(variance + epsilon) ⊙ gain + bias, or RMSNorm, x / √(mean of squares + epsilon) ⊙ gain + bias. */
export interface Norm {
  /** `rms` in Llama and its kin. Default `layer`. */
  kind?: 'layer' | 'rms';
  /** γ: [d] */
  gain: ArrayLike<number>;
  /** β: [d]; absent: zeros. */
  bias?: ArrayLike<number>;
  /** Inside the root: 1e-12 in BERT, 1e-5 in GPT-2 and RoBERTa. Take the checkpoint's. */
  epsilon: number;
}

export interface FeedForward {
  /** The gate of a gated block (SwiGLU, GEGLU), down(activation(gate x) ⊙ up x): [f, d]. Absent: down(activation(up x)). */
  gate?: Affine;
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
  /** `post`: the norm after each skip (BERT); `pre`: before attention and before the feed-forward block (GPT-2, Llama). */
  norm: 'post' | 'pre';
  /** The layer's input, before any norm of its own: [n, d] */
  input: Matrix;
  /** Attention weights by head, a row for each target: [n, n] each, rows sum to 1. */
  attention: readonly Matrix[];
  /**
   * The value projection of all heads, side by side: [heads · size, d]. In grouped-query attention fewer heads, each shared by
   * as many query heads that follow one another: [key/value heads · size, d].
   */
  value: Affine;
  /** The projection after attention: [d, heads · size] */
  output: Affine;
  /** The norm of the attention block. */
  attentionNorm: Norm;
  /** Absent: only the scopes of the attention block can be computed. */
  feedForward?: FeedForward;
}
