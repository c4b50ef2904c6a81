import { type LinearModel, requireFinite, requireSameRows, takeRows } from '@interlayer/linalg';
import { type FitProblem, fitLinear } from './fit-linear';
import { holdOut } from './hold-out';
import { type IntervalOptions, type Intervals, Scorer } from './scorer';
import type { Scores } from './scores';

export interface LinearityProblem extends FitProblem {
  /** A 32-bit integer: of the clusters that are held out, and of the bootstrap. */
  seed: number;
  /** The cluster of each row (its sentence), whose rows depend on each other; unless given, rows are independent. */
  clusters?: ArrayLike<unknown>;
  /** The share of clusters that are scored and not fitted; 0.2 unless set. */
  heldOut?: number;
}

export interface Linearity {
  /** Fitted to the other clusters. */
  model: LinearModel;
  /** On the held-out rows. */
  scores: Scores;
  /** Bootstrap intervals of them, as {@link Scorer.intervals}. */
  intervals(options?: Partial<IntervalOptions>): Intervals;
}

/** Rows that are predicted at a time. */
const BLOCK_ROWS = 4096;

/**
 * How linear the map from X to Y is: the affine map with the least squares ({@link fitLinear}), scored on clusters that are
 * held out.
 * @throws as {@link fitLinear}, and when there are fewer than two clusters or `heldOut` is not between 0 and 1.
 */
export async function linearity(problem: LinearityProblem): Promise<Linearity> {
  const { X, Y, clusters = [...Array(X.rows).keys()], seed, heldOut = 0.2, matmul } = problem;
  requireSameRows('X', X, 'Y', Y);
  requireFinite('X', X);
  requireFinite('Y', Y);
  const { train, test } = holdOut(clusters, X.rows, heldOut, seed);
  const model = await fitLinear({ ...problem, X: takeRows(X, train), Y: takeRows(Y, train) });
  const scorer = new Scorer(model, { matmul });
  for (let from = 0; from < test.length; from += BLOCK_ROWS) {
    const rows = test.slice(from, from + BLOCK_ROWS);
    await scorer.add(
      takeRows(X, rows),
      takeRows(Y, rows),
      rows.map((row) => clusters[row]),
    );
  }
  return { model, scores: scorer.scores(), intervals: (options) => scorer.intervals({ seed, ...options }) };
}
