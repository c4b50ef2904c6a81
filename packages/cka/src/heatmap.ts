import type { Estimator } from './estimator';

/** CKA of every pair of points, as plain data for a figure. */
export interface Heatmap {
  /** Points of the first model. */
  rows: string[];
  /** Points of the second model, or again of the first. */
  columns: string[];
  /** `values[i][j]` is CKA of row i and column j; null where it is undefined. */
  values: (number | null)[][];
  /** Why values are undefined, a line for each point at fault; otherwise absent. */
  degenerate?: string[];
  /** Set where the estimates are far above 0 even for independent data. */
  warning?: string;
  estimator: Estimator;
  /** Rows of activations behind each value. */
  n: number;
}
