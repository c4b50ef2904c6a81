import type { Numbers } from '@interlayer/stats';

/** How often predictions and labels agree, in all and by class. */
export interface Tally {
  total: number;
  correct: number;
  /** How often each class was predicted, is the label, and is both. */
  predicted: ReadonlyMap<number, number>;
  actual: ReadonlyMap<number, number>;
  hits: ReadonlyMap<number, number>;
}

/**
 * Counts classes.
 * @throws when the lists differ in length or are empty.
 */
export function tally(predictions: Numbers, labels: Numbers): Tally {
  const total = labels.length;
  if (predictions.length !== total) {
    throw new Error(`There are ${predictions.length} predictions for ${total} labels; give one for each.`);
  }
  if (total === 0) throw new Error('There are no predictions; give at least one.');
  const [predicted, actual, hits] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  const count = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1);
  let correct = 0;
  for (let i = 0; i < total; i++) {
    count(predicted, predictions[i]);
    count(actual, labels[i]);
    if (predictions[i] !== labels[i]) continue;
    correct++;
    count(hits, labels[i]);
  }
  return { total, correct, predicted, actual, hits };
}
