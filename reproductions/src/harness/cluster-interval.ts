import { hierarchicalBootstrap, wilson } from '@interlayer/stats';
import type { Part } from './verdict';

/** A number computed from units that carry weights: how often each was drawn; 1 each for the data as they are. */
export interface Statistic {
  label: string;
  of(weights: Float64Array): number;
}

/**
 * Intervals by a hierarchical bootstrap: clusters (addresses) are drawn first, then units (sentences) within each. All
 * statistics see the same resamples. A statistic without variation gets an interval of no finite width, which no rule can
 * mistake for a sharp one.
 */
export function clusterIntervals(
  clusters: ArrayLike<number>,
  statistics: readonly Statistic[],
  { level, seed, resamples = resamplesFor(level) }: { level: number; seed: number; resamples?: number },
): Required<Part>[] {
  const groups = new Map<number, number[]>();
  for (let unit = 0; unit < clusters.length; unit++) {
    const mine = groups.get(clusters[unit]!);
    if (mine) mine.push(unit);
    else groups.set(clusters[unit]!, [unit]);
  }
  const units = [...groups.values()];
  const weights = new Float64Array(clusters.length);
  const bootstrap = (some: readonly Statistic[], method: 'bca' | 'percentile') =>
    hierarchicalBootstrap(
      units,
      (drawn) => {
        weights.fill(0);
        for (const group of drawn) for (let i = 0; i < group.length; i++) weights[group[i]!]! += 1;
        return some.map(({ of }) => of(weights));
      },
      { level, seed, resamples, method },
    );
  const corrected = bootstrap(statistics, 'bca');
  // Few addresses can be too skewed for BCa's correction; their plain percentiles still bound something.
  const skewed = statistics.filter((_, i) => corrected[i]!.degenerate);
  const plain = skewed.length ? bootstrap(skewed, 'percentile') : [];
  return statistics.map((statistic, i) => {
    const { estimate, lower, upper, monteCarloError } = plain[skewed.indexOf(statistic)] ?? corrected[i]!;
    const error = Math.max(monteCarloError.lower, monteCarloError.upper);
    return {
      label: statistic.label,
      estimate,
      interval: [lower, upper],
      monteCarloError: Number.isFinite(error) ? error : 0,
    };
  });
}

/** Many layers read together need the far tails of the distribution: twenty resamples beyond each pair of ends at least. */
const resamplesFor = (level: number): number => Math.max(4000, Math.round(20 / (1 - level)));

/** An interval as the headline of a claim has it. */
export const estimateOf = ({ estimate, interval, monteCarloError = 0 }: Part) => ({
  value: estimate,
  interval,
  monteCarloError,
});

/** The level of each of `count` intervals that are read together: Bonferroni's correction of 95 %. */
export const familyLevel = (count: number): number => 1 - 0.05 / count;

/** Weighted mean. */
export const meanOf =
  (values: ArrayLike<number>) =>
  (weights: Float64Array): number => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i]! * values[i]!;
      total += weights[i]!;
    }
    return sum / total;
  };

/** Share of the units for which something is true, in percent. */
export const percentOf = (truths: readonly boolean[]): ((weights: Float64Array) => number) =>
  meanOf(truths.map((truth) => (truth ? 100 : 0)));

/** Weighted quantile; sorts once, for all resamples. */
export function quantileOf(values: ArrayLike<number>, p: number): (weights: Float64Array) => number {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  return (weights) => {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i]!;
    const target = p * total;
    let reached = 0;
    for (let k = 0; k < order.length; k++) {
      reached += weights[order[k]!]!;
      if (reached > target) return values[order[k]!]!;
      if (reached < target) continue;
      // Exactly between two values: the middle of the two.
      let next = k + 1;
      while (next < order.length && weights[order[next]!] === 0) next++;
      return next < order.length ? (values[order[k]!]! + values[order[next]!]!) / 2 : values[order[k]!]!;
    }
    return Number.NaN;
  };
}

/**
 * Weighted median of numbers that lie on a grid of this width (counts of cells, say): each is taken to stand for the whole
 * of its cell, and the median is interpolated within. Without it a median of many equal values would not vary at all.
 */
export function gridMedianOf(values: ArrayLike<number>, width: number): (weights: Float64Array) => number {
  const place = Int32Array.from(values, (value) => Math.round(value / width));
  const counts = new Float64Array(place.reduce((most, value) => Math.max(most, value), 0) + 1);
  return (weights) => {
    counts.fill(0);
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      counts[place[i]!]! += weights[i]!;
      total += weights[i]!;
    }
    let below = 0;
    for (let k = 0; k < counts.length; k++) {
      if (below + counts[k]! >= total / 2 && counts[k]! > 0)
        return (k - 0.5 + (total / 2 - below) / counts[k]!) * width;
      below += counts[k]!;
    }
    return Number.NaN;
  };
}

/** The interval of a share for display, also where it is 0 or 100 %: Wilson's, by units, at 95 %, in percent. */
export function sharePercent(truths: readonly boolean[]): { value: number; interval: [number, number] } {
  const { estimate, lower, upper } = wilson(truths.filter(Boolean).length, truths.length);
  return { value: 100 * estimate, interval: [100 * lower, 100 * upper] };
}
