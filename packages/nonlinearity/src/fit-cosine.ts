import { type LinearModel, type Matrix, requireFinite, requireSameRows, takeRows } from '@interlayer/linalg';
import { randomIndex, seedFrom } from '@interlayer/stats';
import { CosineFit, type CosineFitOptions } from './cosine-fit';

export interface CosineProblem extends CosineFitOptions {
  /** [n, p] */
  X: Matrix;
  /** [n, q] */
  Y: Matrix;
  /** 1842 unless set: three epochs of a tenth of MNLI, as in the paper. */
  steps?: number;
  /** Rows of each step, drawn with replacement: 512 unless set. The paper has 64 sequences of 128 tokens. */
  batch?: number;
}

export interface CosineResult {
  model: LinearModel;
  /** The loss before each step: [steps] */
  losses: Float64Array;
}

/**
 * {@link CosineFit} on rows that are all in memory, drawn at random.
 * @throws as it does, and when there are no rows, or `steps` or `batch` is not a positive integer.
 */
export async function fitCosine({ X, Y, steps = 1842, batch = 512, ...options }: CosineProblem): Promise<CosineResult> {
  for (const [name, value] of Object.entries({ steps, batch }))
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} is ${value}; give a positive integer.`);
  requireSameRows('X', X, 'Y', Y);
  requireFinite('X', X);
  requireFinite('Y', Y);
  if (X.rows === 0) throw new Error('X has no rows, so there is nothing to fit.');
  const fit = new CosineFit(X.columns, Y.columns, options);
  const draw = randomIndex(seedFrom(options.seed, 'rows'));
  const losses = new Float64Array(steps);
  for (let step = 0; step < steps; step++) {
    const rows = Int32Array.from({ length: batch }, () => draw(X.rows));
    losses[step] = await fit.step(takeRows(X, rows), takeRows(Y, rows));
  }
  return { model: fit.model, losses };
}
