import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Recipe, readModelCard } from '@interlayer/model-card';

type RecipeOf<Objective> = Extract<Recipe, { objective: Objective }>;

/** How the weights of a model were drawn before its training. */
export type Start<Objective extends Recipe['objective']> = Pick<RecipeOf<Objective>, 'initial' | 'seed'>;

/** The start that the model card beside the weights tells; undefined where there is none. */
export function startOf<Objective extends Recipe['objective']>(
  folder: string,
  objective: Objective,
): Start<Objective> | undefined {
  if (!existsSync(join(folder, 'card.json'))) return undefined;
  const { recipe } = readModelCard(folder);
  if (recipe.objective !== objective)
    throw new Error(
      `the card of ${folder} tells of a ${recipe.objective} model, and its weights are of a ${objective} one`,
    );
  return recipe as RecipeOf<Objective>;
}

/** How an untrained twin starts, in words. */
export const startNote = (start: Start<Recipe['objective']> | undefined, std: number): string =>
  start
    ? `the start is that of its own training: seed ${start.seed}, std ${start.initial.std}`
    : `how its training started is unknown, so the start is the default of its config: std ${std}`;
