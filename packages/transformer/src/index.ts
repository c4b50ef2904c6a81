export { type Activation, activate, activationNames } from './activation';
export { attentionMask, MASKED } from './attention-mask';
export { attentionScores } from './attention-scores';
export { type BlockContext, type BlockSettings, type BlockWeights, runBlock } from './block';
export {
  type CausalInputs,
  type CausalModel,
  type CausalOutput,
  type CausalParts,
  type CausalPoint,
  type CausalScores,
  type CausalStates,
  causalModel,
} from './causal-model';
export { type FeedForwardMemory, feedForwardMemory } from './feed-forward-memory';
export { type KeyValueCache, keyValueCache } from './key-value-cache';
export { layerOrder } from './layer-order';
export { applyLinear, type Linear, linearOf } from './linear';
export { maskedPositions } from './masked-positions';
export { checkInputs } from './model-inputs';
export { type Norm, normalize, normOf } from './norm';
export { blockCounts, countWeights, type ParameterCounts, totalled } from './parameter-counts';
export { createWeights, disposeWeights, type Parameter, type Weights } from './parameters';
export { type BlockPoint, type BlockSite, stackPoints } from './points';
export { requireBackend } from './require-backend';
export { type Rotation, rotaryPositions, rotate } from './rotary-positions';
export { multiplyShared } from './shared-heads';
export { sinusoidalPositions } from './sinusoidal-positions';
export { runStack, type Skips, type StackSettings } from './stack';
export { truncatedNormal } from './truncated-normal';
export { withoutRows } from './without-rows';
