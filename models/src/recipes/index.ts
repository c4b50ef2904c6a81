import type { Recipe } from '../recipe';
import { miniBert } from './mini-bert';
import { miniBertVariants } from './mini-bert-variants';
import { miniGpt } from './mini-gpt';

/** The recipes that `pnpm train` follows, by name. */
export const recipes: Readonly<Record<string, Recipe>> = Object.fromEntries(
  [miniGpt, miniBert, ...miniBertVariants].map((recipe) => [recipe.name, recipe]),
);
