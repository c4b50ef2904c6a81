export {
  architecturesField,
  booleanField,
  choiceField,
  countField,
  layersField,
  objectField,
  positiveField,
  type RawConfig,
  requireDivisible,
  requireSupported,
} from './config-field';
export { extendedConfig, plainConfig } from './extended-config';
export { folderTokenizer, rowsWithoutToken, type TokenizerChoice } from './folder-tokenizer';
export { type HeldTensors, requireHeldSizes, type SizeFields } from './held-sizes';
export { layerPattern } from './layer-pattern';
export { canonicalNames, loadWeights, type NamedShape, type NameRules, type Origin } from './load-weights';
export { type ModelFolder, openModelFolder, readConfig } from './model-folder';
export { type FolderContent, type SaveOptions, saveWeights } from './save-weights';
