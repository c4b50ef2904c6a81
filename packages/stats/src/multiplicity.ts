import type { Numbers } from './list';

function ascending(pValues: Numbers): Uint32Array {
  for (let i = 0; i < pValues.length; i++) {
    if (!(pValues[i] >= 0 && pValues[i] <= 1)) {
      throw new Error(`The p-value at index ${i} is ${pValues[i]}; it must lie in [0, 1].`);
    }
  }
  return Uint32Array.from({ length: pValues.length }, (_, i) => i).sort((i, j) => pValues[i] - pValues[j]);
}

/**
 * p-values adjusted by Holm's step-down method (1979), in the given order: those at most α may be rejected together with a
 * family-wise error of at most α, whatever their dependence.
 * @throws when a p-value is not in [0, 1].
 */
export function holm(pValues: Numbers): Float64Array {
  const adjusted = new Float64Array(pValues.length);
  let largest = 0;
  ascending(pValues).forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[i]));
    adjusted[i] = largest;
  });
  return adjusted;
}

/**
 * p-values adjusted by Benjamini & Hochberg's step-up method (1995), in the given order: rejecting those at most q keeps the
 * false discovery rate at most q when they are independent or positively dependent.
 * @throws when a p-value is not in [0, 1].
 */
export function benjaminiHochberg(pValues: Numbers): Float64Array {
  const adjusted = new Float64Array(pValues.length);
  let least = 1;
  ascending(pValues)
    .reverse()
    .forEach((i, fromLast) => {
      least = Math.min(least, pValues[i] * (pValues.length / (pValues.length - fromLast)));
      adjusted[i] = least;
    });
  return adjusted;
}
