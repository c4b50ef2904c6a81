import { type WeightedStatistic, weightedMean } from '@interlayer/stats';

export const metrics = ['accuracy', 'balanced accuracy'] as const;

/** `'balanced accuracy'` is the mean, over the classes that occur, of the share of a class's rows that are right. */
export type Metric = (typeof metrics)[number];

/**
 * The metric as a function of the rows' weights, as bootstraps need it; with weights of 1 it is the metric itself.
 * @param truth, predicted Classes of the rows: [n].
 */
export function metricOf(metric: Metric, truth: ArrayLike<number>, predicted: ArrayLike<number>): WeightedStatistic {
  const n = truth.length;
  const correct = Float64Array.from({ length: n }, (_, i) => Number(truth[i] === predicted[i]));
  if (metric === 'accuracy') return weightedMean(correct);
  if (metric !== 'balanced accuracy')
    throw new Error(`The metric is ${JSON.stringify(metric)}; it is "accuracy" or "balanced accuracy".`);
  const classes = Array.from(truth).reduce((most, id) => Math.max(most, id + 1), 0);
  return (weights) => {
    const [total, right] = [new Float64Array(classes), new Float64Array(classes)];
    for (let i = 0; i < n; i++) {
      total[truth[i]] += weights[i];
      right[truth[i]] += weights[i] * correct[i];
    }
    let [sum, present] = [0, 0];
    for (let c = 0; c < classes; c++) {
      if (total[c] === 0) continue;
      sum += right[c] / total[c];
      present++;
    }
    return present === 0 ? Number.NaN : sum / present;
  };
}

/** The metric with all rows weighted alike. */
export const score = (metric: Metric, truth: ArrayLike<number>, predicted: ArrayLike<number>): number =>
  metricOf(metric, truth, predicted)(new Float64Array(truth.length).fill(1));
