import type { Numbers } from '@interlayer/stats';
import { tally } from './tally';

/**
 * The share of predictions that equal their label, in [0, 1].
 * @throws when the lists differ in length or are empty.
 */
export function accuracy(predictions: Numbers, labels: Numbers): number {
  const { correct, total } = tally(predictions, labels);
  return correct / total;
}
