import type { Numbers } from '@interlayer/stats';
import { tally } from './tally';

/**
 * Matthews's correlation coefficient, in [−1, 1], for any number of classes (R_K of Gorodkin 2004); 0 when only one class is
 * predicted or is a label, as in scikit-learn.
 * @throws when the lists differ in length or are empty.
 */
export function matthewsCorrelation(predictions: Numbers, labels: Numbers): number {
  const { total, correct, predicted, actual } = tally(predictions, labels);
  const sum = (terms: Iterable<number>) => Array.from(terms).reduce((a, b) => a + b, 0);
  const spread = (counts: ReadonlyMap<number, number>) => total ** 2 - sum(Array.from(counts.values(), (n) => n * n));
  const chance = sum(Array.from(predicted, ([label, n]) => n * (actual.get(label) ?? 0)));
  const scale = Math.sqrt(spread(predicted) * spread(actual));
  return scale === 0 ? 0 : Math.max(-1, Math.min(1, (correct * total - chance) / scale));
}
