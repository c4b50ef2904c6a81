import { type Matrix, requireFinite } from '@interlayer/linalg';
import type { Slots } from './contributions';

/** The length of a vector. */
export function normOf(vector: Float64Array | Float32Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}

/** The length of each slot's contribution: [n + 1]. */
export const slotNorms = ({ rows, columns, data }: Slots): Float64Array =>
  Float64Array.from({ length: rows }, (_, slot) => normOf(data.subarray(slot * columns, (slot + 1) * columns)));

/** The sum over some slots: [d]. */
export function sumOfSlots({ rows, columns, data }: Slots, counts: (slot: number) => boolean = () => true) {
  const sum = new Float64Array(columns);
  for (let slot = 0; slot < rows; slot++) {
    if (!counts(slot)) continue;
    for (let k = 0; k < columns; k++) sum[k] += data[slot * columns + k];
  }
  return sum;
}

/** ‖Σ of all slots − y‖ over the larger of ‖y‖ and the largest contribution, so that y near 0 is no accident; 0 where all are 0. */
export function relativeGap(slots: Slots, y: Float64Array | Float32Array, norms: Float64Array): number {
  const gap = normOf(sumOfSlots(slots).map((value, k) => value - y[k]));
  return gap === 0 ? 0 : gap / Math.max(normOf(y), ...norms);
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
