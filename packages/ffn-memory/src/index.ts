export { type Activation, activations } from './activation';
export { activeShare } from './active-share';
export { agreement, precisionAt } from './agreement';
export { type CompositionCase, compositionCase, compositionCases } from './composition-case';
export { ffnAsMemory } from './ffn-as-memory';
export { type Matmul, matmul } from './matmul';
export { type Matrix, matrix } from './matrix';
export { memoryCoefficients } from './memory-coefficients';
export { mergeTriggers } from './merge-triggers';
export { type ProbabilityBin, type ProbabilityBinsOptions, probabilityBins } from './probability-bins';
export { residualConfidence, residualHit } from './residual';
export { type ShuffledAgreement, shuffledAgreement } from './shuffled-agreement';
export { type ReadoutOptions, top } from './top';
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
export { valueArgmax } from './value-argmax';
export { valueDistribution } from './value-distribution';
export { tokenRank, type ValueReadout, type ValueReadoutOptions, valueReadout } from './value-readout';
export { type ZeroAgreementInput, type ZeroAgreementOptions, zeroAgreement } from './zero-agreement';
