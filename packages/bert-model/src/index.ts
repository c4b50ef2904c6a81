export {
  assembleBert,
  type BertInputs,
  type BertModel,
  type BertOutput,
  type CreateBertOptions,
  createBert,
} from './bert';
export { type BertConfig, type BertConfigInput, type BertHead, bertConfig } from './config';
export { type FlopCounts, flopsPerToken } from './flop-count';
export { type LoadBertOptions, type LoadedBert, loadBert, saveBert } from './load-bert';
export { countParameters, parameterCount } from './parameter-count';
export type { InitialValues } from './parameters';
export { type BertPoint, bertPoints } from './points';
