import type { CausalRecipe } from '../recipe';
import { miniGpt } from './mini-gpt';

/** What `pnpm train` can make, by name. */
export const recipes: Readonly<Record<string, CausalRecipe>> = { [miniGpt.name]: miniGpt };
