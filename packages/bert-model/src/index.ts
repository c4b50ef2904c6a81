export { type BertInputs, type BertModel, type BertOutput, type CreateBertOptions, createBert } from './bert';
export { type BertConfig, type BertConfigInput, type BertHead, bertConfig } from './config';
export { countParameters, parameterCount } from './parameter-count';
export type { InitialValues } from './parameters';
export { type BertPoint, bertPoints } from './points';
export { type FromPretrainedOptions, fromPretrained, type PretrainedBert, savePretrained } from './pretrained';
