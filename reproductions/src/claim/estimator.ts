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
 * Estimates by a hierarchical bootstrap. Statistics asked for together, of the same units and level, see the same resamples;
 * each is estimated once, however often it is asked for.
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
    const groups = new Map<Units, Map<number, Set<Statistic>>>();
    for (const { statistic, level } of requests) {
      if (this.#done.get(statistic)?.has(level)) continue;
      const levels = groups.get(statistic.units) ?? new Map<number, Set<Statistic>>();
      groups.set(statistic.units, levels.set(level, (levels.get(level) ?? new Set()).add(statistic)));
    }
    for (const [units, levels] of groups)
      for (const [level, statistics] of levels) this.#resample(units, [...statistics], level);
    return requests.map(({ statistic, level }) => this.#done.get(statistic)!.get(level)!);
  }

  #resample({ clusters }: Units, statistics: readonly Statistic[], level: number): void {
    for (const [i, estimate] of intervalsOver(clusters, statistics, { level, seed: this.#seed }).entries()) {
      const levels = this.#done.get(statistics[i]!) ?? new Map<number, Estimate>();
      this.#done.set(statistics[i]!, levels.set(level, estimate));
    }
  }
}

/**
 * Intervals by a hierarchical bootstrap: clusters (addresses) are drawn first, then units (sentences) within each. A
 * statistic without variation, or without any units, gets an interval of no finite width, which no rule can mistake for a
 * sharp one.
 */
export function intervalsOver(
  clusters: ArrayLike<number>,
  statistics: readonly Pick<Statistic, 'label' | 'of'>[],
  { level, seed, resamples = resamplesFor(level) }: { level: number; seed: number; resamples?: number },
): Estimate[] {
  if (clusters.length === 0)
    return statistics.map(({ label }) => ({
      label,
      estimate: Number.NaN,
      interval: [-Infinity, Infinity],
      monteCarloError: 0,
    }));
  const bootstrap = (some: readonly Pick<Statistic, 'of'>[], method: 'bca' | 'percentile') =>
    clusterBootstrap(clusters, (weights) => some.map(({ of }) => of(weights)), { level, seed, resamples, method });
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
