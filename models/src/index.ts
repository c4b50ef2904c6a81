export { causalTask } from './causal-task';
export { type Corpus, encodeAddress } from './corpus';
export { maskedTask } from './masked-task';
export { recipes } from './recipes';
