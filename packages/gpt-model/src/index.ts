export { type GptConfig, type GptConfigInput, gptConfig } from './config';
export { type CreateGptOptions, createGpt, type GptInputs, type GptModel, type GptOutput, type GptStates } from './gpt';
export { countParameters, parameterCount } from './parameter-count';
export type { InitialValues } from './parameters';
export { type GptPoint, gptPoints } from './points';
export { type FromPretrainedOptions, fromPretrained, type PretrainedGpt, savePretrained } from './pretrained';
