export {
  type Bar,
  type CausalCard,
  type CausalScore,
  type Interval,
  isMasked,
  type MaskedCard,
  type MaskedScore,
  type ModelCard,
} from './model-card';
export { readModelCard } from './read-model-card';
export type { CausalRecipe, CausalShape, MaskedRecipe, MaskedShape, Recipe } from './recipe';
