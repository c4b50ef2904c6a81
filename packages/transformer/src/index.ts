export { type Activation, activate, activationNames } from './activation';
export { attentionMask, MASKED } from './attention-mask';
export { attentionScores } from './attention-scores';
export { type BlockSettings, type BlockWeights, type Norm, runBlock } from './block';
export {
  booleanField,
  countField,
  positiveField,
  type RawConfig,
  requireDivisible,
  requireSupported,
} from './config-field';
export { feedForwardMemory } from './feed-forward-memory';
export { folderTokenizer } from './folder-tokenizer';
export { layerOrder } from './layer-order';
export { applyLinear, type Linear } from './linear';
export { canonicalNames, loadWeights, type NameRules, type Origin } from './load-weights';
export { maskedPositions } from './masked-positions';
export { type ModelFolder, openModelFolder } from './model-folder';
export { checkInputs } from './model-inputs';
export { blockCounts, countWeights, type ParameterCounts, totalled } from './parameter-counts';
export { createWeights, disposeWeights, type Parameter } from './parameters';
export { layerPattern } from './pattern';
export { type BlockPoint, type BlockSite, stackPoints } from './points';
export { type SaveOptions, saveWeights } from './save-weights';
export { sinusoidalPositions } from './sinusoidal-positions';
export { runStack, type Skips, type StackSettings } from './stack';
export { truncatedNormal } from './truncated-normal';
