import type { BootstrapInterval } from '@interlayer/stats';
import type { PathPoint } from './choose-lambda';
import type { Label } from './labels';
import type { Metric } from './metric';
import type { OnlineCode } from './online-code';
import type { ProbeKind } from './probe-task';
import type { PartName } from './split';

/** How a path of penalties came out. */
export interface ProbeFit {
  /** The λ that was best on dev. */
  lambda: number;
  /** From the largest λ to the smallest, with the dev curve. */
  path: PathPoint[];
  /** The metric on the test rows, with an interval over their groups. */
  test: BootstrapInterval;
  /** The class predicted for each test row. */
  predicted: number[];
}

/**
 * All that a number from a probe depends on, and what it must be compared with: plain data. JSON keeps all of it but the infinite
 * ends of an interval without bounds, which it writes as null.
 */
export interface ProbeRecord extends ProbeFit {
  kind: ProbeKind;
  metric: Metric;
  seed: number;
  classes: readonly Label[];
  features: { rows: number; columns: number; sha256: string };
  /** Rows and groups of each part, and a hash of which rows they are. */
  split: Record<PartName, { rows: number; groups: number; sha256: string }>;
  /** The class of each test row, its class in the control task, and the index of its group. */
  testRows: { ids: number[]; controlIds: number[]; groups: number[] };
  /** Both metrics on the test rows. */
  scores: Record<Metric, number>;
  /** Always predicting the most frequent class of the train rows. */
  majority: { class: Label; test: BootstrapInterval };
  /** The same probe on random labels, one per type (`'types'`) or, without types, one per row (`'rows'`). */
  control: ProbeFit & { per: 'types' | 'rows' };
  /** Metric minus that of the control task, paired: both on the same resamples. */
  selectivity: BootstrapInterval;
  /** Absent for ridge probes and where it was turned off. */
  codelength?: OnlineCode;
  warnings: string[];
}
