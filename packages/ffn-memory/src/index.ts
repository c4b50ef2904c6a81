// Until their last callers have moved on.
export type { Matmul, Matrix } from '@interlayer/linalg';
export { type Activation, activations } from './activation';
export { activeShare } from './active-share';
export { agreement, precisionAt } from './agreement';
export { type CompositionCase, compositionCase, compositionCases } from './composition-case';
export { ffnAsMemory } from './ffn-as-memory';
export {
  type Coverage,
  type FindPatternsOptions,
  type FoundPattern,
  findPatterns,
  type GroupPatterns,
} from './find-patterns';
export { type GatedKeys, gatedCoefficients } from './gated-coefficients';
export { memoryCoefficients } from './memory-coefficients';
export { mergeTriggers } from './merge-triggers';
export { modalShare } from './modal-share';
export { type MutateOptions, type Mutation, mutatePrefix, mutations, relativeChange } from './mutate-prefix';
export { type CarriedPattern, type Pattern, type PatternOptions, patternCandidates } from './pattern-candidates';
export { type PatternFrequencies, patternFrequencies } from './pattern-frequencies';
export { type ProbabilityBin, type ProbabilityBinsOptions, probabilityBins } from './probability-bins';
export { randomPrefixes } from './random-prefixes';
export {
  type LogitQuestion,
  type Readout,
  type ReadoutOptions,
  type ReadoutRequest,
  type ReducedLogits,
  type ReduceLogits,
  readout,
} from './readout';
export { type ShuffledAgreement, shuffledAgreement } from './shuffled-agreement';
export { fitTfIdf, meanCosine, type TfIdf } from './tf-idf';
export { tokenProbabilities } from './token-probabilities';
export { topTokens } from './top-tokens';
export { readTriggers, type StoredTriggers, writeTriggers } from './trigger-file';
export { createTriggerScan, type TriggerBlock, type TriggerScan } from './trigger-scan';
export { type ExampleTokens, type TriggerToken, triggerTokens } from './trigger-tokens';
export {
  type Dedupe,
  deadCells,
  type Side,
  type Trigger,
  type TriggerOptions,
  type Triggers,
  triggersOf,
} from './triggers';
export { type ZeroAgreementInput, type ZeroAgreementOptions, zeroAgreement } from './zero-agreement';
