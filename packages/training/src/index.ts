export { type AccumulatedStep, compileAccumulatedStep } from './accumulate';
export { type AdamWOptions, adamW } from './adamw';
export { type BatchSource, causalRows, mapBatches } from './batches';
export {
  type Checkpoint,
  type CheckpointState,
  latestCheckpoint,
  listCheckpoints,
  readCheckpoint,
  type Values,
  writeCheckpoint,
} from './checkpoint';
export {
  type CausalInputs,
  type ClassificationInputs,
  causalLoss,
  classificationLoss,
  type Loss,
  type MaskedInputs,
  type ModelInputs,
  maskedLoss,
} from './objectives';
export type { OptimizerOf, TrainingOptimizer, Variables } from './optimizer';
export { createProgress, duration, type ProgressOptions, type ProgressStream } from './progress';
export { constantSchedule, cosineSchedule, linearSchedule, type Schedule, type WarmUpOptions } from './schedules';
export { type TrainOptions, type TrainResult, train } from './train';
