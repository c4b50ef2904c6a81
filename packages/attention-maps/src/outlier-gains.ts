import { type Matrix, requireFinite } from '@interlayer/linalg';
import { median, ranks, spearman } from '@interlayer/stats';

export interface OutlierGains {
  /** The dimensions of largest mean magnitude, largest first. */
  dimensions: {
    dimension: number;
    /** Mean |output| over tokens. */
    magnitude: number;
    /** |γ| of the LayerNorm there. */
    gain: number;
    /** Where |γ| ranks among all dimensions, from 0 for the smallest to 100 for the largest. */
    percentile: number;
  }[];
  /** The median percentile of those dimensions: small where LayerNorm takes the outliers back. Null for a constant γ. */
  medianPercentile: number | null;
  /** Spearman's correlation of |γ| and mean magnitude, over all dimensions; null where one of them is constant. */
  correlation: number | null;
  /** Why something is null. */
  degenerate?: string;
}

/**
 * Whether a LayerNorm's gain is small in the few dimensions that the feed-forward block writes to most (Kobayashi et al. 2024).
 *
 * @param outputs of the feed-forward block, a row for each token: [N, d]
 * @param gain γ of the LayerNorm that follows: [d]
 * @param share of the dimensions that count as outliers, at least one of them; 0.01 unless given
 * @throws when shapes do not fit, there are no tokens or fewer than two dimensions, a value is not finite, or share is not in (0, 1].
 */
export function outlierGains(
  outputs: Matrix,
  gain: ArrayLike<number>,
  { share = 0.01 }: { share?: number } = {},
): OutlierGains {
  requireFinite('outputs', outputs);
  const { rows, columns: d, data } = outputs;
  if (rows === 0 || d < 2) throw new Error(`outputs is ${rows} × ${d}; it needs at least 1 × 2.`);
  if (gain.length !== d) throw new Error(`gain has ${gain.length} values; outputs has ${d} columns.`);
  if (!(share > 0 && share <= 1)) throw new Error(`share is ${share}; it must be above 0 and at most 1.`);
  const magnitudes = new Float64Array(d);
  for (let at = 0; at < data.length; at++) magnitudes[at % d] += Math.abs(data[at]) / rows;
  const gains = Float64Array.from(gain, Math.abs);
  const gainRanks = ranks(gains);
  const dimensions = [...magnitudes.keys()]
    .sort((a, b) => magnitudes[b] - magnitudes[a])
    .slice(0, Math.max(1, Math.round(share * d)))
    .map((dimension) => ({
      dimension,
      magnitude: magnitudes[dimension],
      gain: gains[dimension],
      percentile: (100 * (gainRanks[dimension] - 1)) / (d - 1),
    }));
  const rho = spearman(gains, magnitudes);
  const constant = gains.every((value) => value === gains[0]);
  return {
    dimensions,
    medianPercentile: constant ? null : median(dimensions.map(({ percentile }) => percentile)),
    correlation: Number.isNaN(rho) ? null : rho,
    ...(Number.isNaN(rho) && { degenerate: constant ? 'γ is constant' : 'all dimensions have the same magnitude' }),
  };
}
