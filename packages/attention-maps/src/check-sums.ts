import { type Matrix, requireFinite } from '@interlayer/linalg';
import type { Slots } from './contributions';

/** The length of a vector. */
export function normOf(vector: ArrayLike<number>): number {
  let squares = 0;
  for (let k = 0; k < vector.length; k++) squares += vector[k] * vector[k];
  return Math.sqrt(squares);
}

/** What the slots of one target come to. */
export interface SlotTotals {
  /** The length of each slot's contribution: [sources + 1] */
  norms: Float64Array;
  /** The sum of all: [d] */
  sum: Float64Array;
  /** The length of the sum over all tokens but the target, without the biases. */
  others: number;
}

/** The lengths of a target's slots and their sums, from one reading of them: every scope of every target is summed. */
export function slotTotals({ rows, columns, data }: Slots, target: number): SlotTotals {
  const norms = new Float64Array(rows);
  const sum = new Float64Array(columns);
  const others = new Float64Array(columns);
  for (let slot = 0; slot < rows; slot++) {
    if (slot === rows - 1) others.set(sum);
    const start = slot * columns;
    let squares = 0;
    for (let k = 0; k < columns; k++) {
      const value = data[start + k];
      sum[k] += value;
      squares += value * value;
    }
    norms[slot] = Math.sqrt(squares);
  }
  for (let k = 0; k < columns; k++) others[k] -= data[target * columns + k];
  return { norms, sum, others: normOf(others) };
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
