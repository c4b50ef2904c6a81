import { criticalValue, type Interval, requireLevel, UNBOUNDED } from './interval';
import type { Numbers } from './list';
import { pearson } from './pearson';
import { ranks } from './ranks';

/**
 * Spearman's rank correlation, ties by their mean ranks; NaN when one of the lists is constant.
 * @throws when the lists differ in length, have fewer than two values, or hold one that is not finite.
 */
export function spearman(a: Numbers, b: Numbers): number {
  return pearson(ranks(a), ranks(b));
}

/**
 * Spearman's correlation with the interval of Bonett & Wright (2000): Fisher's z with the variance (1 + ρ²/2)/(n − 3). Good
 * up to |ρ| of about 0.95; `pairedBootstrap(a, b, spearman, …)` assumes less.
 * @throws as {@link spearman}, and when there are fewer than ten pairs, where the approximation does not hold.
 */
export function spearmanInterval(a: Numbers, b: Numbers, { level = 0.95 }: { level?: number } = {}): Interval {
  requireLevel(level);
  const n = a.length;
  if (n < 10) {
    throw new Error(
      `An interval for a rank correlation needs at least 10 pairs; there are ${n}. Collect more, or report ρ alone.`,
    );
  }
  const estimate = spearman(a, b);
  const common = { estimate, level, method: 'bonett-wright', n };
  if (Number.isNaN(estimate)) return { ...common, ...UNBOUNDED, degenerate: 'one of the lists is constant' };
  if (Math.abs(estimate) === 1)
    return { ...common, ...UNBOUNDED, degenerate: 'the two orders are the same, or exactly opposite' };
  const half = criticalValue(level) * Math.sqrt((1 + estimate ** 2 / 2) / (n - 3));
  const centre = Math.atanh(estimate);
  return { ...common, lower: Math.tanh(centre - half), upper: Math.tanh(centre + half) };
}
