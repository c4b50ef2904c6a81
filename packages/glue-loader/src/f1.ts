import type { Numbers } from '@interlayer/stats';
import { tally } from './tally';

/**
 * The harmonic mean of precision and recall of class 1, in [0, 1]; 0 when class 1 is neither predicted nor a label, as in
 * scikit-learn.
 * @throws when the lists differ in length or are empty.
 */
export function f1(predictions: Numbers, labels: Numbers): number {
  const { predicted, actual, hits } = tally(predictions, labels);
  const either = (predicted.get(1) ?? 0) + (actual.get(1) ?? 0);
  return either === 0 ? 0 : (2 * (hits.get(1) ?? 0)) / either;
}
