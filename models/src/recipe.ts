import type { BertConfigInput } from '@interlayer/bert-model';
import type { GptConfigInput } from '@interlayer/gpt-model';
import type * as card from '@interlayer/model-card';

export type CausalRecipe = card.CausalRecipe<GptConfigInput>;
export type MaskedRecipe = card.MaskedRecipe<BertConfigInput>;

/** Everything that decides what a model becomes, as data. */
export type Recipe = CausalRecipe | MaskedRecipe;

/** A recipe with other steps or another seed; it keeps no weights of steps that it never reaches. */
export function changed(recipe: Recipe, changes: Partial<Pick<Recipe, 'steps' | 'seed'>>): Recipe {
  const { steps = recipe.steps } = changes;
  return { ...recipe, ...changes, snapshots: recipe.snapshots.filter((step) => step <= steps) };
}
