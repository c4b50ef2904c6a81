import { clusterBootstrap } from '@interlayer/stats';
import type { Part } from './schema';
import type { Statistic, Units } from './statistic';

/** An estimate with its interval. */
export type Estimate = Required<Part>;

export interface Request {
  statistic: Statistic;
  level: number;
}

/** The level of each of `count` intervals that are read together: Bonferroni's correction of 95 %. */
export const familyLevel = (count: number): number => 1 - 0.05 / count;

/** Many layers read together need the far tails of the distribution: at least twenty resamples beyond each pair of ends. */
const resamplesFor = (level: number): number => Math.max(4000, Math.round(20 / (1 - level)));

/**
 * Estimates by a hierarchical bootstrap. Statistics of the same units that are asked for together see the same resamples, also at
 * different levels, unless one needs more of them; each is estimated once, however often it is asked for.
 */
export class Estimator {
  readonly #done = new Map<Statistic, Map<number, Estimate>>();

  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Estimates of statistics at one level. */
  estimate(statistics: readonly Statistic[], level = 0.95): Estimate[] {
    return this.estimateAll(statistics.map((statistic) => ({ statistic, level })));
  }

  estimateAll(requests: readonly Request[]): Estimate[] {
    const groups = new Map<Units, Map<number, Request[]>>();
    const asked = new Map<Statistic, Set<number>>();
    for (const request of requests) {
      const { statistic, level } = request;
      const levels = asked.get(statistic) ?? new Set();
      if (levels.has(level) || this.#done.get(statistic)?.has(level)) continue;
      asked.set(statistic, levels.add(level));
      const ofUnits = groups.get(statistic.units) ?? new Map<number, Request[]>();
      const resamples = resamplesFor(level);
      groups.set(statistic.units, ofUnits.set(resamples, [...(ofUnits.get(resamples) ?? []), request]));
    }
    for (const [{ clusters }, ofUnits] of groups)
      for (const [resamples, together] of ofUnits) this.#resample(clusters, together, resamples);
    return requests.map(({ statistic, level }) => this.#done.get(statistic)!.get(level)!);
  }

  #resample(clusters: ArrayLike<number>, requests: readonly Request[], resamples: number): void {
    const [statistics, level] = [requests.map((each) => each.statistic), requests.map((each) => each.level)];
    const estimates = intervalsOver(clusters, statistics, { level, seed: this.#seed, resamples });
    for (const [i, { statistic, level }] of requests.entries()) {
      const levels = this.#done.get(statistic) ?? new Map<number, Estimate>();
      this.#done.set(statistic, levels.set(level, estimates[i]!));
    }
  }
}

/**
 * Intervals by a hierarchical bootstrap: clusters (addresses) are drawn first, then units (sentences) within each. A
 * statistic without variation, or without any units, gets an interval of no finite width, which no rule can mistake for a
 * sharp one. Few addresses can be too skewed for BCa's correction; their plain percentiles still bound something.
 */
export function intervalsOver(
  clusters: ArrayLike<number>,
  statistics: readonly Pick<Statistic, 'label' | 'of'>[],
  { level, seed, resamples }: { level: number | readonly number[]; seed: number; resamples?: number },
): Estimate[] {
  if (clusters.length === 0)
    return statistics.map(({ label }) => ({
      label,
      estimate: Number.NaN,
      interval: [-Infinity, Infinity],
      monteCarloError: 0,
    }));
  return clusterBootstrap(clusters, (weights) => statistics.map(({ of }) => of(weights)), {
    level,
    seed,
    resamples: resamples ?? Math.max(...[level].flat().map(resamplesFor)),
    method: 'bca-or-percentile',
  }).map(({ estimate, lower, upper, monteCarloError }, i) => {
    const error = Math.max(monteCarloError.lower, monteCarloError.upper);
    return {
      label: statistics[i]!.label,
      estimate,
      interval: [lower, upper],
      monteCarloError: Number.isFinite(error) ? error : 0,
    };
  });
}
