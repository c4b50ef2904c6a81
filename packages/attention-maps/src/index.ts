export type { Activation, ActivationFunction, ActivationName } from './activation';
export { type AmplifiedPair, type AmplifiedPairsOptions, amplifiedPairs } from './amplified-pairs';
export { type AttentionMap, attentionMaps } from './attention-maps';
export { cancellationIndex } from './cancellation-index';
export type { CellOptions } from './cells';
export { type ContributionOptions, contributionRows, type TargetContributions } from './contribution-rows';
export type { Slots } from './contributions';
export { gateOf, gatesOf, type Integration } from './gate';
export type { Affine, FeedForward, Layer, Norm } from './layer';
export { type MapChange, type MapChangeOptions, mapChange } from './map-change';
export { type OutlierGains, outlierGains } from './outlier-gains';
export {
  atb,
  atbFf,
  atbFfRes,
  atbFfResLn,
  atbLn,
  atbLnFf,
  atbLnFfRes,
  attn,
  attnRes,
  type ScopeMap,
} from './scope-maps';
export { type PostScope, type PreScope, type Scope, scopesOf } from './scopes';
export { weightMixing } from './weight-mixing';
