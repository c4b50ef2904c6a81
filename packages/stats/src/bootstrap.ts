import { type Interval, requireLevel, UNBOUNDED } from './interval';
import { maximum, minimum } from './list';
import { normalCdf, normalDensity, normalQuantile } from './normal';
import { powerOfTwo } from './power-of-two';
import { interpolate } from './quantile';
import { randomIndex } from './random-index';
import { standardDeviation } from './variance';

export interface BootstrapOptions {
  /** A 32-bit integer. The same seed gives the same interval. */
  seed: number;
  /** At least 2000; 4000 unless set. With fewer, the ends of the interval are mostly noise. */
  resamples?: number;
  /** The nominal coverage; 0.95 unless set. */
  level?: number;
  /**
   * `'bca'` (the default) corrects the percentiles for bias and skewness. `'bca-or-percentile'` falls back on plain percentiles if
   * the sample is too skewed for that correction; the interval's `method` says which of the two was used.
   */
  method?: 'percentile' | 'bca' | 'bca-or-percentile';
}

/** A bootstrap interval, and how it was computed. */
export interface BootstrapInterval extends Interval {
  method: 'percentile' | 'bca';
  seed: number;
  resamples: number;
  /** The standard deviation of the statistic over the resamples. */
  standardError: number;
  /** The standard error of each end that comes from the finite number of resamples. */
  monteCarloError: { lower: number; upper: number };
  /** Resamples on which the statistic was not a finite number; they are left out of the interval. */
  undefinedResamples: number;
}

/** How a sample is resampled, for one statistic or several that see the same resamples. */
export interface ResamplingPlan<T extends number | readonly number[]> {
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

/** Leaving out more blocks than this adds time, not accuracy. */
const MAX_BLOCKS = 1000;

/** Above this share of undefined resamples, the others no longer follow the statistic's distribution. */
const MAX_UNDEFINED = 0.01;

/** Rounding makes sums of equal values scatter by about this share of themselves; that is no variation. */
const ROUNDING = 1e-12;

function requireResamples(resamples: number, level: number): void {
  const least = Math.max(2000, Math.round(20 / (1 - level)));
  if (!Number.isSafeInteger(resamples) || resamples < least) {
    throw new Error(
      `There are ${resamples} resamples; an interval of level ${level} needs an integer of at least ${least}.`,
    );
  }
}

function requireMethod(method: BootstrapOptions['method'] = 'bca'): void {
  if (!['percentile', 'bca', 'bca-or-percentile'].includes(method)) {
    throw new Error(`The method is ${JSON.stringify(method)}; it is "percentile", "bca" or "bca-or-percentile".`);
  }
}

/** The block of each unit: its own where there are few units, else one of MAX_BLOCKS, dealt at random in equal parts. */
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

/** The values of each of `count` statistics in `times` calls of `one`. */
function tabulate(count: number, times: number, one: (i: number) => readonly number[]): Float64Array[] {
  const values = Array.from({ length: count }, () => new Float64Array(times));
  for (let i = 0; i < times; i++) {
    const row = one(i);
    for (let j = 0; j < count; j++) values[j][i] = row[j];
  }
  return values;
}

/** BCa's acceleration from the jackknife (Efron 1987); NaN if leaving blocks out changes nothing, or leaves no statistic. */
function acceleration(values: Float64Array): number {
  if (isConstant(values)) return Number.NaN;
  // Divided by a power of two, which rounds nothing, so that cubes stay in range.
  const scale = powerOfTwo(Math.max(-minimum(values), maximum(values)));
  const centre = values.reduce((total, value) => total + value / scale, 0) / values.length;
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    squares += (centre - value / scale) ** 2;
    cubes += (centre - value / scale) ** 3;
  }
  return cubes / (6 * squares ** 1.5);
}

/** Whether the values differ by no more than rounding does. */
function isConstant(values: Float64Array): boolean {
  const [least, largest] = [minimum(values), maximum(values)];
  return largest - least <= ROUNDING * Math.max(Math.abs(least), Math.abs(largest));
}

/** BCa's numbers. */
interface Correction {
  /** The share of resamples below the estimate. */
  below: number;
  /** z₀. */
  bias: number;
  /** a. */
  acceleration: number;
}

/**
 * One end of the interval and its Monte-Carlo error. The rank of the order statistic has the variance of a binomial count;
 * for BCa, z₀ is estimated from the same resamples, and the delta method adds its variance and covariance.
 */
function endAt(sorted: Float64Array, p: number, correction?: Correction) {
  const resamples = sorted.length;
  const below = correction?.below ?? 0.5;
  let share = p;
  let sensitivity = 0;
  if (correction) {
    const { bias, acceleration } = correction;
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

/** The intervals of one statistic, or of several that see the same resamples: each is the one that it would get alone. */
export type IntervalOf<T> = T extends number ? BootstrapInterval : BootstrapInterval[];

/** Of several statistics each can have a level of its own. */
export type ManyLevels = Omit<BootstrapOptions, 'level'> & { level?: number | readonly number[] };

/** The level of each of `count` statistics. */
function levelsOf(level: ManyLevels['level'] = 0.95, count: number): readonly number[] {
  if (typeof level !== 'number' && level.length !== count)
    throw new Error(`There are ${level.length} levels for ${count} statistics; give one, or one for each.`);
  const levels = typeof level === 'number' ? new Array<number>(count).fill(level) : level;
  for (const each of typeof level === 'number' ? [level] : level) requireLevel(each);
  return levels;
}

/** The bootstrap itself, for any way of resampling. */
export function bootstrap<T extends number | readonly number[]>(
  plan: ResamplingPlan<T>,
  options: ManyLevels,
): IntervalOf<T> {
  const list = (values: T): readonly number[] => (typeof values === 'number' ? [values] : values);
  const intervals = bootstrapAll(
    {
      ...plan,
      estimate: list(plan.estimate),
      resample: (draw) => list(plan.resample(draw)),
      leaveOut: (blocks, block) => list(plan.leaveOut(blocks, block)),
    },
    options,
  );
  return (typeof plan.estimate === 'number' ? intervals[0] : intervals) as IntervalOf<T>;
}

function bootstrapAll(plan: ResamplingPlan<readonly number[]>, options: ManyLevels): BootstrapInterval[] {
  const { seed, resamples = 4000 } = options;
  const levels = levelsOf(options.level, plan.estimate.length);
  for (const level of levels) requireResamples(resamples, level);
  requireMethod(options.method);
  const { n, estimate } = plan;
  const draw = randomIndex(seed);
  const onResamples = tabulate(estimate.length, n < 2 ? 0 : resamples, () => plan.resample(draw));
  let jackknife: Float64Array[] | undefined;
  const leftOut = (index: number) => {
    const blocks = jackknife ? undefined : blocksOf(n, draw);
    jackknife ??= tabulate(estimate.length, Math.min(n, MAX_BLOCKS), (block) => plan.leaveOut(blocks!, block));
    return jackknife[index];
  };
  return onResamples.map((values, index) =>
    intervalOf(plan, estimate[index], values, () => leftOut(index), { ...options, resamples, level: levels[index] }),
  );
}

/** The interval of one statistic from its values on the resamples and with blocks left out. */
function intervalOf(
  { n, unit }: Pick<ResamplingPlan<number>, 'n' | 'unit'>,
  estimate: number,
  onResamples: Float64Array,
  leftOut: () => Float64Array,
  { seed, resamples, level, method = 'bca' }: BootstrapOptions & { resamples: number; level: number },
): BootstrapInterval {
  const common = { estimate, level, method: method === 'percentile' ? method : ('bca' as const), n, seed, resamples };
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

  const sorted = onResamples.filter(Number.isFinite).sort();
  const missing = resamples - sorted.length;
  if (missing > MAX_UNDEFINED * resamples) {
    return refuse(`the statistic is undefined on ${missing} of ${resamples} resamples`, missing);
  }
  if (isConstant(sorted)) {
    return refuse(`the statistic is ${sorted[0]} on every resample; the sample shows no variation`, missing);
  }
  const standardError = standardDeviation(sorted);
  const corrected = method === 'percentile' ? undefined : correctedEnds(sorted, estimate, leftOut(), level, unit);
  if (typeof corrected === 'string' && method === 'bca') return refuse(corrected, missing, standardError);
  const usable = typeof corrected === 'string' ? undefined : corrected;
  const [lower, upper] = usable ?? endsOf(sorted, level);
  return {
    ...common,
    method: usable ? 'bca' : 'percentile',
    lower: lower.value,
    upper: upper.value,
    standardError,
    monteCarloError: { lower: lower.monteCarloError, upper: upper.monteCarloError },
    undefinedResamples: missing,
  };
}

const endsOf = (sorted: Float64Array, level: number, correction?: Correction) =>
  [(1 - level) / 2, (1 + level) / 2].map((p) => endAt(sorted, p, correction));

/** The ends of BCa's interval, or why there are none. */
function correctedEnds(sorted: Float64Array, estimate: number, leftOut: Float64Array, level: number, unit: string) {
  let less = 0;
  for (const value of sorted) less += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const below = less / sorted.length;
  const correction = { below, bias: normalQuantile(below), acceleration: acceleration(leftOut) };
  if (!Number.isFinite(correction.bias))
    return 'every resample lies on one side of the estimate, so its bias cannot be corrected';
  if (!Number.isFinite(correction.acceleration))
    return `leaving out one of the ${unit} gives no usable statistic, so its skewness cannot be corrected`;
  const ends = endsOf(sorted, level, correction);
  return ends[0].rank >= 0 && ends[1].rank <= sorted.length - 1
    ? ends
    : 'the corrected percentiles lie beyond the resamples; bias or skewness is too strong for n';
}
