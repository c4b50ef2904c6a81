/** Fields of config.json that a recipe gives; the rest have the defaults of the model's family. */
export interface CausalShape {
  vocab_size: number;
  n_positions?: number;
  n_embd: number;
  n_layer: number;
  n_head: number;
  activation_function?: string;
  tie_word_embeddings?: boolean;
  final_layer_norm?: boolean;
}

/** Fields of config.json that a recipe gives; the rest have the defaults of the model's family. */
export interface MaskedShape {
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  max_position_embeddings?: number;
  hidden_act?: string;
  /** Which layers have their feed-forward block; absent: all. */
  feed_forward?: readonly boolean[];
  /** Which layers have their skips; absent: all. */
  skips?: { attention?: readonly boolean[]; feed_forward?: readonly boolean[] };
}

/** Where the weights start: a truncated normal of scale `std`. */
interface InitialValues {
  std: number;
  /** `sinusoidal`: sines and cosines of the same mean square; absent: `normal`, like all others. */
  positions?: 'normal' | 'sinusoidal';
  /** The longest wave of sinusoidal positions is nearly 2π times this number. */
  positionBase?: number;
}

interface CommonRecipe {
  /** What `pnpm train` calls it. */
  name: string;
  description: string;
  /** Tokens of a row, special ones included. */
  length: number;
  /** Rows of a step. */
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
  /** Steps whose weights are published too. Step 0 needs no file: `initial` and `seed` reproduce it bit by bit. */
  snapshots: readonly number[];
  /** `card`: only the card is published, without weights. */
  ships?: 'card';
}

export interface CausalRecipe<Shape = CausalShape> extends CommonRecipe {
  objective: 'causal';
  model: Shape;
  initial: InitialValues;
}

export interface MaskedRecipe<Shape = MaskedShape> extends CommonRecipe {
  objective: 'masked';
  model: Shape;
  initial: InitialValues & {
    /** Factor on the initial projections into the residual stream. */
    residualScale?: number;
  };
  /** Share of the tokens of a batch that are predicted in training; held-out text is always masked at 0.15. */
  maskRate: number;
  /**
   * The first steps read rows of this length, with as many tokens a step. When attention spreads over few tokens, the
   * neighbours of a masked one carry more of the gradient, and the loss leaves its plateau at the unigram loss sooner.
   */
  shortRows?: { length: number; steps: number };
  /**
   * In the first steps the model turns from one that is easier to train into its own architecture: the skips that these layers lack
   * fade out, and these attention blocks fade in. Layers count from 0, as in hook points.
   */
  fade?: { steps: number; skips?: readonly number[]; blocks?: readonly number[] };
}

/** Everything that decides what a model becomes, as data. */
export type Recipe = CausalRecipe | MaskedRecipe;
