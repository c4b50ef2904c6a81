import type { CausalRecipe, MaskedRecipe } from './recipe';

/** Lower and upper end of a 95 % interval, by a bootstrap over documents. */
export type Interval = [number, number];

/** A quality bar that was set before the model was trained. */
export interface Bar {
  what: string;
  value: number;
  atLeast: number;
  met: boolean;
}

/** Quality of predictions: nats per predicted token, and for masked models the share of tokens ranked first. */
export interface CausalScore {
  loss: number;
}
export interface MaskedScore extends CausalScore {
  top1: number;
}

interface CommonCard<Score> {
  name: string;
  description: string;
  parameters: number;
  /** Scores of the published file, in its precision. */
  heldOut: Score & {
    split: string;
    /** How many documents there are. */
    addresses: number;
    /** How many tokens were predicted. */
    tokens: number;
    lossInterval: Interval;
    byAddress: ({ id: string; tokens: number } & Score)[];
  };
  /** What was required of the model before it was trained. */
  bars: Bar[];
  /** The first step at which the watched loss was half a nat below the unigram entropy; null: at none. */
  leftPlateauBy: number | null;
  /** Scores during training: step 0 is the untrained model, the others are in `steps/<step>`. */
  snapshots: ({ step: number } & Score)[];
  training: {
    tokens: number;
    seconds: number;
    engine: string;
    device: string;
    /** Of the programs that computed. */
    versions: Record<string, string>;
  };
  corpus: {
    name: string;
    /** Over the ids and texts of all documents. */
    sha256: string;
    trainTokens: number;
  };
}

/** The card of a causal language model. Losses in nats per token. */
export interface CausalCard extends CommonCard<CausalScore> {
  /** What simpler models achieve on the same tokens. */
  baselines: {
    /** Entropy of the held-out tokens' own frequencies. */
    unigramEntropy: number;
    /** Interpolated absolute-discounting models of the training split. */
    unigram: number;
    bigram: number;
    trigram: number;
  };
  /** Everything that decides the result, as `pnpm train` reads it. */
  recipe: CausalRecipe;
}

/** The card of a masked language model. Losses in nats per predicted token. */
export interface MaskedCard extends CommonCard<MaskedScore> {
  heldOut: CommonCard<MaskedScore>['heldOut'] & { top1Interval: Interval };
  /** What simpler models achieve on the same tokens. */
  baselines: {
    /** Entropy of the predicted tokens' own frequencies. */
    unigramEntropy: number;
    /** Share of the most frequent of the predicted tokens. */
    mostFrequentShare: number;
  };
  /** Everything that decides the result, as `pnpm train` reads it. */
  recipe: MaskedRecipe;
}

export type ModelCard = CausalCard | MaskedCard;

export const isMasked = (card: ModelCard): card is MaskedCard => card.recipe.objective === 'masked';
