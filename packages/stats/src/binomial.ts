import { massAt, requireProbability } from './binomial-probability';
import { lastThat, lowerTail, type Unimodal, upperTail } from './tail';
import { requireCounts } from './wilson';

export type Alternative = 'two-sided' | 'greater' | 'less';

/**
 * The exact p-value of `successes` in `n` trials when each succeeds with `probability`. Two-sided: the probability of
 * every outcome that is at most as likely as the observed one. Takes time in proportion to √n.
 * @throws when the counts are not integers with 0 ≤ successes ≤ n, n ≥ 1, the probability is not in [0, 1], or the
 * alternative is none of the three.
 */
export function binomialTest(
  successes: number,
  n: number,
  { probability = 0.5, alternative = 'two-sided' }: { probability?: number; alternative?: Alternative } = {},
): number {
  requireCounts(successes, n);
  requireProbability(probability);
  const distribution: Unimodal = {
    least: probability === 1 ? n : 0,
    most: probability === 0 ? 0 : n,
    mode: Math.min(n, Math.floor((n + 1) * probability)),
    at: (k) => massAt(k, n, probability),
    step: (k) => ((n - k) / (k + 1)) * (probability / (1 - probability)),
  };
  if (alternative === 'greater') return upperTail(distribution, successes);
  if (alternative === 'less') return lowerTail(distribution, successes);
  if (alternative !== 'two-sided')
    throw new Error(`The alternative is ${JSON.stringify(alternative)}; it is "two-sided", "greater" or "less".`);
  return twoSided(distribution, successes);
}

function twoSided(distribution: Unimodal, k: number): number {
  const { least, most, mode, at } = distribution;
  if (k < least || k > most) return 0;
  // Outcomes of equal probability differ by rounding; they must not fall on different sides.
  const observed = at(k) * (1 + 1e-7);
  if (at(mode) <= observed) return 1;
  const below = lastThat((i) => at(i) <= observed, least, mode);
  const above = lastThat((i) => at(i) > observed, mode, most + 1);
  return Math.min(1, lowerTail(distribution, below) + upperTail(distribution, above + 1));
}
