export type { BlockType } from './block-types';
export type { TensorInfo } from './header';
export type { MetadataArray, MetadataValue } from './metadata';
export { type DataAs, type GgufFile, openGguf, type StoredTensor } from './open';
