export { type LlamaConfig, type LlamaConfigInput, llamaConfig } from './config';
export { type GenerateOptions, generate } from './generate';
export {
  type CreateLlamaOptions,
  createLlama,
  type LlamaInputs,
  type LlamaModel,
  type LlamaOutput,
  type LlamaScores,
  type LlamaStates,
} from './llama';
export { type LoadedLlama, type LoadLlamaOptions, loadLlama, saveLlama } from './load-llama';
export { countParameters, parameterCount } from './parameter-count';
export type { InitialValues } from './parameters';
export { type LlamaPoint, llamaPoints } from './points';
