import type { Float64Matrix } from '@interlayer/linalg';
import { surprisals } from './scores';

/**
 * The bits in which a probe encodes each label: −log₂ of its probability. A class that the probe has not seen would cost
 * infinitely many, so each of the u unseen ones counts as one row beside the n train rows: it has the probability 1 / (n + u), and
 * those of seen classes are multiplied by n / (n + u).
 * @param counts Train rows of each class.
 */
export function labelBits(scores: Float64Matrix, ids: Int32Array, counts: Int32Array): Float64Array {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const unseen = counts.filter((count) => count === 0).length;
  return surprisals(scores, ids).map((nats, i) =>
    counts[ids[i]] === 0 ? Math.log2(n + unseen) : nats / Math.LN2 + Math.log2((n + unseen) / n),
  );
}
