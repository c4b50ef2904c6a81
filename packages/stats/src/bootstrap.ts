import { type Interval, requireLevel, UNBOUNDED } from './interval';
import { normalCdf, normalDensity, normalQuantile } from './normal';
import { interpolate } from './quantile';
import { randomIndex } from './random-index';
import { standardDeviation } from './variance';

export interface BootstrapOptions {
  /** A 32-bit integer. The same seed gives the same interval. */
  seed: number;
  /** At least 2000 (the default is 4000): with fewer the ends of the interval are mostly noise. */
  resamples?: number;
  /** The nominal coverage; 0.95 unless set. */
  level?: number;
  /** `'bca'` (the default) corrects the percentiles for bias and skewness. */
  method?: 'percentile' | 'bca';
}

/** A bootstrap interval and what it rests on. */
export interface BootstrapInterval extends Interval {
  method: 'percentile' | 'bca';
  seed: number;
  resamples: number;
  /** The standard deviation of the statistic over the resamples. */
  standardError: number;
  /** The standard error of the two ends that is due to the finite number of resamples. */
  monteCarloError: { lower: number; upper: number };
  /** Resamples on which the statistic was not a finite number; they are left out. */
  undefinedResamples: number;
}

/** How one kind of sample is resampled, for one statistic or several that see the same resamples. */
export interface ResamplingPlan<T extends number | ArrayLike<number>> {
  /** How many units are drawn: items, pairs or groups. */
  n: number;
  /** What a unit is called in messages. */
  unit: string;
  estimate: T;
  /** The statistics of a fresh resample. */
  resample(draw: (n: number) => number): T;
  /** The statistics without the units whose `block` is left out, for BCa's acceleration. */
  leaveOut(blocks: Int32Array, block: number): T;
}

/** More leave-outs than this add time, not accuracy. */
const MAX_BLOCKS = 1000;

/** With more undefined resamples than this share, those that remain are no longer the statistic's distribution. */
const MAX_UNDEFINED = 0.01;

function requireResamples(resamples: number, level: number): void {
  const least = Math.max(2000, Math.round(20 / (1 - level)));
  if (!Number.isSafeInteger(resamples) || resamples < least) {
    throw new Error(
      `There are ${resamples} resamples; an interval of level ${level} needs an integer of at least ${least}.`,
    );
  }
}

/** Gives every unit a block: its own where there are few units, else one of MAX_BLOCKS at random, in equal parts. */
function blocksOf(n: number, draw: (n: number) => number): Int32Array {
  const blocks = Int32Array.from({ length: n }, (_, i) => i % MAX_BLOCKS);
  if (n > MAX_BLOCKS) {
    for (let i = n - 1; i > 0; i--) {
      const j = draw(i + 1);
      [blocks[i], blocks[j]] = [blocks[j], blocks[i]];
    }
  }
  return blocks;
}

/** The values of each of `count` statistics over `times` calls of `one`. */
function tabulate(count: number, times: number, one: (i: number) => ArrayLike<number>): Float64Array[] {
  const values = Array.from({ length: count }, () => new Float64Array(times));
  for (let i = 0; i < times; i++) {
    const row = one(i);
    for (let j = 0; j < count; j++) values[j][i] = row[j];
  }
  return values;
}

/** BCa's acceleration from the jackknife (Efron 1987); NaN where leaving out makes no difference or no statistic. */
function acceleration(values: Float64Array): number {
  const centre = values.reduce((total, value) => total + value, 0) / values.length;
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return cubes / (6 * squares ** 1.5);
}

interface Correction {
  /** The share of resamples below the estimate. */
  below: number;
  /** BCa's z₀ and a; both 0 for percentiles. */
  bias: number;
  acceleration: number;
}

/**
 * One end of the interval and its Monte-Carlo error. The rank of the wanted order statistic has the variance of a
 * binomial count; for BCa z₀ is estimated from the same resamples, which the delta method adds with its covariance.
 */
function endAt(sorted: Float64Array, p: number, { below, bias, acceleration }: Correction, corrected: boolean) {
  const resamples = sorted.length;
  let share = p;
  let sensitivity = 0;
  if (corrected) {
    const z = bias + normalQuantile(p);
    const shrink = 1 - acceleration * z;
    const adjusted = bias + z / shrink;
    share = shrink > 0 ? normalCdf(adjusted) : Number.NaN;
    sensitivity = (normalDensity(adjusted) * (1 + 1 / shrink ** 2)) / normalDensity(bias);
  }
  const covariance = Math.min(share, below) - share * below;
  const rankVariance = share * (1 - share) + sensitivity ** 2 * below * (1 - below) - 2 * sensitivity * covariance;
  const rank = (resamples + 1) * share - 1;
  const spread = Math.sqrt(Math.max(rankVariance, 0) * resamples);
  return {
    rank,
    value: interpolate(sorted, rank),
    monteCarloError: (interpolate(sorted, rank + spread) - interpolate(sorted, rank - spread)) / 2,
  };
}

/** The bootstrap itself, for any plan of resampling one statistic. */
export function bootstrap(plan: ResamplingPlan<number>, options: BootstrapOptions): BootstrapInterval {
  const { estimate, resample, leaveOut } = plan;
  const listed = {
    ...plan,
    estimate: [estimate],
    resample: (draw: (n: number) => number) => [resample(draw)],
    leaveOut: (blocks: Int32Array, block: number) => [leaveOut(blocks, block)],
  };
  return bootstrapAll(listed, options)[0];
}

/** The same for several statistics of each resample: every one gets the interval that it would get alone. */
export function bootstrapAll(plan: ResamplingPlan<ArrayLike<number>>, options: BootstrapOptions): BootstrapInterval[] {
  const { seed, resamples = 4000, level = 0.95 } = options;
  requireLevel(level);
  requireResamples(resamples, level);
  const { n, estimate } = plan;
  const draw = randomIndex(seed);
  const drawn = tabulate(estimate.length, n < 2 ? 0 : resamples, () => plan.resample(draw));
  let left: Float64Array[] | undefined;
  const leftOut = (index: number) => {
    const blocks = left ? undefined : blocksOf(n, draw);
    left ??= tabulate(estimate.length, Math.min(n, MAX_BLOCKS), (block) => plan.leaveOut(blocks!, block));
    return left[index];
  };
  return drawn.map((values, index) =>
    intervalOf(plan, estimate[index], values, () => leftOut(index), { ...options, resamples, level }),
  );
}

/** The interval of one statistic from its values on the resamples and with blocks left out. */
function intervalOf(
  { n, unit }: Pick<ResamplingPlan<ArrayLike<number>>, 'n' | 'unit'>,
  estimate: number,
  drawn: Float64Array,
  leftOut: () => Float64Array,
  { seed, resamples, level, method = 'bca' }: BootstrapOptions & { resamples: number; level: number },
): BootstrapInterval {
  const common = { estimate, level, method, n, seed, resamples };
  const refuse = (degenerate: string, undefinedResamples = 0, standardError = Number.NaN): BootstrapInterval => ({
    ...common,
    ...UNBOUNDED,
    standardError,
    monteCarloError: { lower: Number.NaN, upper: Number.NaN },
    undefinedResamples,
    degenerate,
  });
  if (n < 2) return refuse(`only ${n} ${unit}; variation needs at least two`);
  if (!Number.isFinite(estimate)) return refuse(`the statistic of the whole sample is ${estimate}`);

  const sorted = drawn.filter(Number.isFinite).sort();
  const missing = resamples - sorted.length;
  if (missing > MAX_UNDEFINED * resamples) {
    return refuse(`the statistic is undefined on ${missing} of ${resamples} resamples`, missing);
  }
  if (sorted[0] === sorted[sorted.length - 1]) {
    return refuse(`the statistic is ${sorted[0]} on every resample; the sample shows no variation`, missing);
  }
  const standardError = standardDeviation(sorted);

  const correction: Correction = { below: 0.5, bias: 0, acceleration: 0 };
  if (method === 'bca') {
    let less = 0;
    for (const value of sorted) less += value < estimate ? 1 : value === estimate ? 0.5 : 0;
    correction.below = less / sorted.length;
    correction.bias = normalQuantile(correction.below);
    correction.acceleration = acceleration(leftOut());
    if (!Number.isFinite(correction.bias)) {
      return refuse(
        'every resample lies on one side of the estimate, so its bias cannot be corrected',
        missing,
        standardError,
      );
    }
    if (!Number.isFinite(correction.acceleration)) {
      return refuse(
        `leaving out one of the ${unit} gives no usable statistic, so its skewness cannot be corrected`,
        missing,
        standardError,
      );
    }
  }
  const [lower, upper] = [(1 - level) / 2, (1 + level) / 2].map((p) => endAt(sorted, p, correction, method === 'bca'));
  if (!(lower.rank >= 0 && upper.rank <= sorted.length - 1)) {
    return refuse(
      'the corrected percentiles lie beyond the resamples; bias or skewness is too strong for n',
      missing,
      standardError,
    );
  }
  return {
    ...common,
    lower: lower.value,
    upper: upper.value,
    standardError,
    monteCarloError: { lower: lower.monteCarloError, upper: upper.monteCarloError },
    undefinedResamples: missing,
  };
}
