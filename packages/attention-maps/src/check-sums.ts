import { type Matrix, requireFinite } from '@interlayer/linalg';
import type { Slots } from './contributions';

/** The length of a vector. */
export function normOf(vector: ArrayLike<number>): number {
  let squares = 0;
  for (let k = 0; k < vector.length; k++) squares += vector[k] * vector[k];
  return Math.sqrt(squares);
}

/** The length of each slot's contribution: [n + 1]. */
export function slotNorms({ rows, columns, data }: Slots): Float64Array {
  const norms = new Float64Array(rows);
  for (let slot = 0; slot < rows; slot++) {
    let squares = 0;
    for (let at = slot * columns; at < (slot + 1) * columns; at++) squares += data[at] * data[at];
    norms[slot] = Math.sqrt(squares);
  }
  return norms;
}

/** The sum over all slots but one, if one is named: [d]. */
export function sumOfSlots({ rows, columns, data }: Slots, without?: number): Float64Array {
  const sum = new Float64Array(columns);
  for (let slot = 0; slot < rows; slot++) {
    if (slot === without) continue;
    for (let k = 0; k < columns; k++) sum[k] += data[slot * columns + k];
  }
  return sum;
}

/** ‖sum of all slots − y‖ over the larger of ‖y‖ and the largest contribution, so that y near 0 is no accident; 0 where all are 0. */
export function relativeGap(sum: ArrayLike<number>, y: ArrayLike<number>, norms: Float64Array): number {
  let squares = 0;
  for (let k = 0; k < sum.length; k++) {
    const difference = sum[k] - y[k];
    squares += difference * difference;
  }
  if (squares === 0) return 0;
  let largest = normOf(y);
  for (let slot = 0; slot < norms.length; slot++) largest = Math.max(largest, norms[slot]);
  return Math.sqrt(squares) / largest;
}

/** @throws when contributions do not sum to what the layer computed, naming the scope, the target and the gap. */
export function requireSum(gap: number, tolerance: number, scope: string, target: number, against: string): void {
  if (gap <= tolerance) return;
  throw new Error(
    `At ${scope} the contributions to target ${target} miss ${against} by ${gap.toExponential(1)} of its length; at most ${tolerance} is allowed. Check the activation (exact or tanh GELU), epsilon, the orientation of weights, or the number of integration steps.`,
  );
}

/** @throws when a captured activation does not have a row of d values for each token. */
export function requireActivations(scope: string, activations: Matrix, n: number, d: number): void {
  requireFinite(`activations.${scope}`, activations);
  if (activations.rows !== n || activations.columns !== d)
    throw new Error(`activations.${scope} is ${activations.rows} × ${activations.columns}; it must be ${n} × ${d}.`);
}
