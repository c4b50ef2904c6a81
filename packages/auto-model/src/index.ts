export type { EncodedTexts, Texts } from './encode-texts';
export type { Family } from './family';
export { type AutoModel, type FromPretrainedOptions, fromPretrained } from './from-pretrained';
