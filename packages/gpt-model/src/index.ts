export type {
  CausalInputs as GptInputs,
  CausalOutput as GptOutput,
  CausalScores as GptScores,
  CausalStates as GptStates,
} from '@interlayer/transformer';
export { type GptConfig, type GptConfigInput, gptConfig } from './config';
export {
  assembleGpt,
  type CreateGptOptions,
  createGpt,
  type GptModel,
} from './gpt';
export { type LoadedGpt, type LoadGptOptions, loadGpt, saveGpt } from './load-gpt';
export { countParameters, parameterCount } from './parameter-count';
export type { InitialValues } from './parameters';
export { type GptPoint, gptPoints } from './points';
