import { type Float64Matrix, type LinearModel, type Matrix, matrix } from '@interlayer/linalg';
import { normalValues } from '@interlayer/test-kit';
import { expect } from 'vitest';
import type { Measure } from '../src/index';

export const normal = (rows: number, columns: number, seed: number): Float64Matrix =>
  matrix(normalValues(rows * columns, seed), columns);

export const row = ({ columns, data }: Matrix, i: number): number[] => [
  ...data.subarray(i * columns, (i + 1) * columns),
];

export const rowsAsLists = (X: Matrix): number[][] => Array.from({ length: X.rows }, (_, i) => row(X, i));

/** A matrix of the images of the rows. */
export const image = (X: Matrix, of: (x: number[], i: number) => number[]): Float64Matrix => {
  const rows = rowsAsLists(X).map(of);
  return matrix(rows.flat(), rows[0].length);
};

export const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, j) => sum + value * y[j], 0);

/** Ax + b for the rows of A. */
export const affine = (A: Matrix, x: readonly number[], b?: readonly number[]): number[] =>
  rowsAsLists(A).map((weights, j) => dot(weights, x) + (b ? b[j] : 0));

/** The solution of AX = B, by Gaussian elimination with partial pivots. */
function eliminate(A: number[][], B: number[][]): number[][] {
  const [a, b] = [A.map((line) => [...line]), B.map((line) => [...line])];
  for (let k = 0; k < a.length; k++) {
    let pivot = k;
    for (let i = k + 1; i < a.length; i++) if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) pivot = i;
    [a[k], a[pivot], b[k], b[pivot]] = [a[pivot], a[k], b[pivot], b[k]];
    for (let i = 0; i < a.length; i++) {
      if (i === k) continue;
      const factor = a[i][k] / a[k][k];
      for (let j = k; j < a.length; j++) a[i][j] -= factor * a[k][j];
      b[i] = b[i].map((value, j) => value - factor * b[k][j]);
    }
  }
  return b.map((line, k) => line.map((value) => value / a[k][k]));
}

/** Ridge regression by the plain normal equations of [X, 1], the penalty on all but the intercept. */
export function naiveRidge(X: Matrix, Y: Matrix, ridge: number): LinearModel {
  const rows = rowsAsLists(X).map((x) => [...x, 1]);
  const targets = rowsAsLists(Y);
  const p = X.columns;
  const means = rows[0].map((_, j) => rows.reduce((sum, x) => sum + x[j], 0) / rows.length);
  const spread = rows.reduce((sum, x) => sum + x.reduce((each, value, j) => each + (value - means[j]) ** 2, 0), 0);
  const A = means.map((_, i) =>
    means.map((__, j) => rows.reduce((sum, x) => sum + x[i] * x[j], i === j && i < p ? (ridge * spread) / p : 0)),
  );
  const B = means.map((_, i) => targets[0].map((__, j) => rows.reduce((sum, x, r) => sum + x[i] * targets[r][j], 0)));
  const solution = eliminate(A, B);
  return {
    coefficients: matrix(
      targets[0].flatMap((_, j) => solution.slice(0, p).map((line) => line[j])),
      p,
    ),
    intercept: Float64Array.from(solution[p]),
  };
}

export const predictions = ({ coefficients, intercept }: LinearModel, X: Matrix): number[][] =>
  rowsAsLists(X).map((x) => affine(coefficients, x, [...intercept]));

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const cosine = (x: readonly number[], y: readonly number[]) => dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));

/** Every measure by its definition, the cone over all pairs of rows. */
export function naiveMeasures(
  predicted: number[][],
  targets: number[][],
  clusters: unknown[],
): Record<Measure, number> {
  const each = targets.map((y, i) => cosine(y, predicted[i]));
  const byCluster = [...new Set(clusters)].map((name) => mean(each.filter((_, i) => clusters[i] === name)));
  const cone = mean(targets.flatMap((x) => targets.map((y) => cosine(x, y))));
  const feature = targets[0].map((_, j) => {
    const centre = mean(targets.map((y) => y[j]));
    const residual = targets.reduce((sum, y, i) => sum + (y[j] - predicted[i][j]) ** 2, 0);
    return { residual, spread: targets.reduce((sum, y) => sum + (y[j] - centre) ** 2, 0) };
  });
  const sumOf = (of: (each: (typeof feature)[number]) => number) => feature.reduce((sum, f) => sum + of(f), 0);
  const sorted = feature.map(({ residual, spread }) => 1 - residual / spread).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const gamma = mean(each);
  return {
    gamma,
    gammaByCluster: mean(byCluster),
    coneSize: cone,
    gammaRatio: (gamma - cone) / (1 - cone),
    gammaDiff: gamma - cone,
    r2: 1 - sumOf(({ residual }) => residual) / sumOf(({ spread }) => spread),
    medianR2: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
  };
}

/** An orthogonal p × p matrix: Gram and Schmidt on a random one, twice. */
export function orthogonal(p: number, seed: number): Float64Matrix {
  const basis: number[][] = [];
  for (let vector of rowsAsLists(normal(p, p, seed))) {
    for (const other of [...basis, ...basis]) {
      const share = dot(vector, other);
      vector = vector.map((value, j) => value - share * other[j]);
    }
    basis.push(vector.map((value) => value / Math.sqrt(dot(vector, vector))));
  }
  return matrix(basis.flat(), p);
}

export const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
export const relu = (x: number) => Math.max(x, 0);

/** A random feed-forward block of 16 dimensions, its hidden bias shifted. */
export function mlp(activation: (x: number) => number, shift = 0, seed = 1): (x: number[]) => number[] {
  const [up, down] = [normal(64, 16, seed), normal(16, 64, seed + 1)];
  const scale = (A: Float64Matrix) => ({ ...A, data: A.data.map((value) => value / Math.sqrt(A.columns)) });
  const [U, D, b] = [scale(up), scale(down), normal(1, 64, seed + 2).data.map((value) => 0.1 * value + shift)];
  return (x) => affine(D, affine(U, x, [...b]).map(activation));
}

/** A number, not null, within `bound` of another. */
export function expectNear(actual: number | null | undefined, expected: number, bound: number): void {
  expect(actual ?? Number.NaN, `against ${expected}`).not.toBeNaN();
  expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(bound);
}
