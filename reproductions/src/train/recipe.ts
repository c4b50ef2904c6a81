import type { GptConfigInput } from '@interlayer/gpt-model';

/** Everything that decides what a causal model becomes, as data. */
export interface CausalRecipe {
  /** Name of the package of data, without scope. */
  name: string;
  description: string;
  model: GptConfigInput;
  /** Standard deviation of the initial weights. */
  initialScale: number;
  /** Tokens that the model reads at once. */
  length: number;
  /** Rows per step. */
  batch: number;
  steps: number;
  /** AdamW with a linear warm-up and a linear decay to zero. */
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
}
