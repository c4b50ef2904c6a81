import type { Matrix } from '@interlayer/linalg';
import type { BootstrapOptions } from '@interlayer/stats';
import type { ClassWeights } from './class-weights';
import type { Label } from './labels';
import type { MinimizeOptions } from './lbfgs';
import type { Metric } from './metric';
import type { ProbeKind } from './probe-task';
import type { Split } from './split';

/** What a probe is asked, with the bootstrap's `resamples`, `level` and `method`. */
export interface ProbeOptions extends MinimizeOptions, Omit<BootstrapOptions, 'seed'> {
  /** Features: [n, d]. They are standardized here. */
  X: Matrix;
  /** [n] */
  labels: ArrayLike<Label>;
  /** An integer, for the split, the control task, the order of the online code and the bootstrap; fits draw nothing. */
  seed: number;
  /** What must stay together, such as the sentence of each row: [n]. Each row by itself unless given. */
  groups?: ArrayLike<unknown>;
  /** What the control task gives one label, such as the word of each row: [n]. Each row by itself unless given. */
  types?: ArrayLike<unknown>;
  /** All classes, where some may not occur; otherwise those of the labels. */
  classes?: readonly Label[];
  /** By group, 60, 20 and 20 %, unless given. */
  split?: Split;
  /** `'logistic'` unless set. */
  kind?: ProbeKind;
  /** Penalties, as in mean loss + λ/2 · ‖W‖²; 10² … 10⁻⁴ unless given. */
  lambdas?: readonly number[];
  /** None unless given. */
  classWeights?: ClassWeights;
  /** `'accuracy'` unless set. */
  metric?: Metric;
  /** Whether to compute the codelength, which takes about as long as the rest. On for logistic probes. */
  codelength?: boolean;
}
