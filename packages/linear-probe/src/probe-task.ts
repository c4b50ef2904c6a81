import type { Matrix } from '@interlayer/linalg';
import type { ClassWeights } from './class-weights';
import type { Label } from './labels';
import type { MinimizeOptions } from './lbfgs';
import type { Metric } from './metric';

/** `'logistic'`: multinomial logistic regression. `'ridge'`: least squares on one-hot classes, much faster, without probabilities. */
export type ProbeKind = 'logistic' | 'ridge';

/** What is fitted: features, classes, and how. */
export interface ProbeTask extends MinimizeOptions {
  /** [n, d] */
  X: Matrix;
  /** The class of each row: [n] */
  ids: Int32Array;
  classes: readonly Label[];
  kind: ProbeKind;
  /** Penalties, largest first. */
  lambdas: readonly number[];
  classWeights?: ClassWeights;
  metric: Metric;
}
