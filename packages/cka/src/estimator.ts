/** `debiased` is Song et al.'s HSIC₁ (2012), which averages 0 for independent data; `biased` is Gretton et al.'s (2005). */
export type Estimator = 'debiased' | 'biased';

/** An estimate of HSIC(K, L). */
export interface Estimate {
  value: number;
  /** What the items' similarity to themselves, Σ Kᵢᵢ Lᵢᵢ, would contribute: the scale that rounding is measured against. */
  diagonal: number;
}

/** What an inner product of two centred Gram matrices of n items is divided by. */
export const normalizer = (n: number, estimator: Estimator): number =>
  estimator === 'debiased' ? n * (n - 3) : (n - 1) ** 2;

/**
 * HSIC from sums over the Gram matrices K and L of n items, both doubly centred (HKH).
 * @param inner Σᵢⱼ Kᵢⱼ Lᵢⱼ
 * @param diagonal Σᵢ Kᵢᵢ Lᵢᵢ
 * @param traces ΣᵢKᵢᵢ · ΣᵢLᵢᵢ
 */
export function estimateFrom(
  n: number,
  { inner, diagonal, traces }: { inner: number; diagonal: number; traces: number },
  estimator: Estimator,
): Estimate {
  const divisor = normalizer(n, estimator);
  // The rows of a centred matrix sum to 0, so without their diagonal they sum to −Kᵢᵢ: Song et al.'s formula needs no other sums.
  const excess = estimator === 'debiased' ? (n / (n - 2)) * diagonal - traces / ((n - 1) * (n - 2)) : 0;
  return { value: (inner - excess) / divisor, diagonal: diagonal / divisor };
}

/** @throws when the estimator is unknown or has too few rows. */
export function requireRows(n: number, estimator: Estimator): void {
  if (estimator !== 'debiased' && estimator !== 'biased')
    throw new Error(`The estimator is ${JSON.stringify(estimator)}; it is "debiased" or "biased".`);
  const least = estimator === 'debiased' ? 4 : 2;
  if (n < least) throw new Error(`The ${estimator} estimator needs at least ${least} rows; there are ${n}.`);
}

/** What to say of an estimate that is far above 0 even for independent data: a biased one of fewer rows than columns. */
export const biasWarning = (n: number, columns: number, estimator: Estimator): string | undefined =>
  estimator === 'biased' && n < columns
    ? `With ${n} rows of ${columns} columns the biased estimate is far above 0 even for independent data; use the debiased one.`
    : undefined;
