import type { BertConfigInput } from '@interlayer/bert-model';
import type { GptConfigInput } from '@interlayer/gpt-model';
import type * as card from '@interlayer/model-card';

export type CausalRecipe = card.CausalRecipe<GptConfigInput>;
export type MaskedRecipe = card.MaskedRecipe<BertConfigInput>;

/** Everything that determines a trained model, as data. */
export type Recipe = CausalRecipe | MaskedRecipe;

/** A recipe with another number of steps or another seed, and without snapshots of steps it no longer reaches. */
export function changed(recipe: Recipe, changes: Partial<Pick<Recipe, 'steps' | 'seed'>>): Recipe {
  const { steps = recipe.steps } = changes;
  return { ...recipe, ...changes, snapshots: recipe.snapshots.filter((step) => step <= steps) };
}
