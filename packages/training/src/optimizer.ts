import type { StepOptimizer } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';

/** Weights under the names that checkpoints use. */
export type Variables = Readonly<Record<string, tf.Variable>>;

/** Makes the optimiser of some weights, as `adamW(options)` does. */
export type OptimizerOf = (variables: Variables) => TrainingOptimizer;

/** What `train` needs of an optimiser besides its step: numbers computed on the host, and names for the checkpoint. */
export interface TrainingOptimizer extends StepOptimizer {
  /** Names of `slots`, in their order; unique. */
  readonly slotNames: readonly string[];
  /** Everything that changes its result, as plain data; a checkpoint of other settings is refused. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The values of `scalarNames` at `step` (counted from 1) and learning rate `rate`, computed in float64. */
  scalars(step: number, rate: number): Record<string, number>;
  /** Frees the slots. */
  dispose(): void;
}
