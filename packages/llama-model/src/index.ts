export type {
  CausalInputs as LlamaInputs,
  CausalOutput as LlamaOutput,
  CausalScores as LlamaScores,
  CausalStates as LlamaStates,
} from '@interlayer/transformer';
export { type LlamaConfig, type LlamaConfigInput, llamaConfig } from './config';
export { type GenerateOptions, generate } from './generate';
export {
  assembleLlama,
  type CreateLlamaOptions,
  createLlama,
  type LlamaModel,
} from './llama';
export { type LoadedLlama, type LoadLlamaOptions, loadLlama, saveLlama } from './load-llama';
export { countParameters, parameterCount } from './parameter-count';
export type { InitialValues } from './parameters';
export { type LlamaPoint, llamaPoints } from './points';
