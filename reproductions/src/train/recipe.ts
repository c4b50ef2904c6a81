import type { BertConfigInput, InitialValues as BertInitialValues } from '@interlayer/bert-model';
import type { GptConfigInput, InitialValues as GptInitialValues } from '@interlayer/gpt-model';

interface CommonRecipe {
  /** What `pnpm train` calls it. */
  name: string;
  description: string;
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
  /** Steps whose weights ship too. Those of step 0 need no file: `initial` and `seed` make them again, bit by bit. */
  snapshots: readonly number[];
}

export interface CausalRecipe extends CommonRecipe {
  objective: 'causal';
  model: GptConfigInput;
  /** How the weights start. */
  initial: GptInitialValues;
}

export interface MaskedRecipe extends CommonRecipe {
  objective: 'masked';
  model: BertConfigInput;
  /** How the weights start. */
  initial: BertInitialValues;
  /** Share of the tokens of a batch that are predicted in training; held-out text is always masked at 0.15. */
  maskRate: number;
  /**
   * The first steps read rows of this length, as many tokens a step. Where attention spreads over few tokens, the
   * neighbours of a masked one carry more of the gradient, and the plateau at the unigram loss is left sooner.
   */
  shortRows?: { length: number; steps: number };
}

/** Everything that decides what a model becomes, as data. */
export type Recipe = CausalRecipe | MaskedRecipe;
