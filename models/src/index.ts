export { causalTask } from './causal-task';
export { type Corpus, type EncodedAddress, encodeAddress, stateOfTheUnionCorpus } from './corpus';
export { maskedTask } from './masked-task';
export type { CausalRecipe, MaskedRecipe, Recipe } from './recipe';
export { recipes } from './recipes';
export type { Task } from './task';
