import type { BertConfigInput } from '@interlayer/bert-model';
import type { GptConfigInput } from '@interlayer/gpt-model';
import type * as card from '@interlayer/model-card';

export type CausalRecipe = card.CausalRecipe<GptConfigInput>;
export type MaskedRecipe = card.MaskedRecipe<BertConfigInput>;

/** Everything that decides what a model becomes, as data. */
export type Recipe = CausalRecipe | MaskedRecipe;
