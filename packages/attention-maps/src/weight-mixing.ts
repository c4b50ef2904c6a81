import { type Matrix, requireFinite } from '@interlayer/linalg';

/**
 * The context-mixing ratio by attention weights alone (Kobayashi et al. 2021): the share that a target's weights, averaged
 * over heads, give to *other* tokens. With `residual` the skip counts as half: weights ½A + ½I, and the ratio halves.
 *
 * @param attention weights by head, a row for each target: [n, n] each
 * @returns [n], each in [0, 1]; NaN where a target's weights are all 0.
 * @throws when there is no head, or a matrix is not finite or not square.
 */
export function weightMixing(
  attention: readonly Matrix[],
  { residual = false }: { residual?: boolean } = {},
): Float64Array {
  const n = attention[0]?.rows;
  if (n === undefined) throw new Error('attention has no heads; give one matrix of weights for each.');
  for (const [head, weights] of attention.entries()) {
    requireFinite(`attention[${head}]`, weights);
    if (weights.rows !== n || weights.columns !== n)
      throw new Error(`attention[${head}] is ${weights.rows} × ${weights.columns}; it must be ${n} × ${n}.`);
  }
  return Float64Array.from({ length: n }, (_, i) => {
    let [self, sum] = [0, 0];
    for (const { data } of attention) {
      self += data[i * n + i];
      for (let j = 0; j < n; j++) sum += data[i * n + j];
    }
    const ratio = (sum - self) / sum;
    return residual ? ratio / 2 : ratio;
  });
}
