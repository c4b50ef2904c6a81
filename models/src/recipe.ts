import type { BertConfigInput } from '@interlayer/bert-model';
import type { GptConfigInput } from '@interlayer/gpt-model';
import type * as card from '@interlayer/model-card';

export type CausalRecipe = card.CausalRecipe<GptConfigInput>;
export type MaskedRecipe = card.MaskedRecipe<BertConfigInput>;

/** Everything that determines a trained model, as data. */
export type Recipe = CausalRecipe | MaskedRecipe;

/** A recipe with another number of steps or another seed, and without snapshots of steps it no longer reaches. */
export function changed(
  recipe: Recipe,
  { steps = recipe.steps, seed = recipe.seed }: Partial<Pick<Recipe, 'steps' | 'seed'>>,
): Recipe {
  return { ...recipe, steps, seed, snapshots: recipe.snapshots.filter((step) => step <= steps) };
}
