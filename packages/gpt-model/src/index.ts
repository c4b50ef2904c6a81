export { type GptConfig, type GptConfigInput, gptConfig } from './config';
export {
  type CreateGptOptions,
  createGpt,
  type GptInputs,
  type GptModel,
  type GptOutput,
  type GptScores,
  type GptStates,
} from './gpt';
export { type LoadedGpt, type LoadGptOptions, loadGpt, saveGpt } from './load-gpt';
export { countParameters, parameterCount } from './parameter-count';
export type { InitialValues } from './parameters';
export { type GptPoint, gptPoints } from './points';
