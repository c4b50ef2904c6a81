import { sum } from './sum';
import { requireCounts } from './wilson';

export type Alternative = 'two-sided' | 'greater' | 'less';

/** ln k! by summing; the table grows as it is needed. */
const logFactorials = [0];
function logFactorial(k: number): number {
  for (let i = logFactorials.length; i <= k; i++) logFactorials.push(logFactorials[i - 1] + Math.log(i));
  return logFactorials[k];
}

/** P(k successes in n trials) for every k from 0 to n. */
export function binomialProbabilities(n: number, probability: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => {
    if (probability === 0 || probability === 1) return k === n * probability ? 1 : 0;
    const ways = logFactorial(n) - logFactorial(k) - logFactorial(n - k);
    return Math.exp(ways + k * Math.log(probability) + (n - k) * Math.log1p(-probability));
  });
}

/**
 * The exact p-value of `successes` in `n` trials when each succeeds with `probability`. Two-sided: the probability of
 * everything that is at most as likely as what was seen.
 * @throws when the counts are not integers with 0 ≤ successes ≤ n, n ≥ 1, or the probability is not in [0, 1].
 */
export function binomialTest(
  successes: number,
  n: number,
  { probability = 0.5, alternative = 'two-sided' }: { probability?: number; alternative?: Alternative } = {},
): number {
  requireCounts(successes, n);
  if (!(probability >= 0 && probability <= 1)) {
    throw new Error(`The probability under the hypothesis is ${probability}; it must lie in [0, 1].`);
  }
  const masses = binomialProbabilities(n, probability);
  // Equally likely counts differ by rounding; they must not fall on different sides.
  const seen = masses[successes] * (1 + 1e-7);
  const counted = masses.filter((mass, k) => {
    if (alternative === 'two-sided') return mass <= seen;
    return alternative === 'greater' ? k >= successes : k <= successes;
  });
  return Math.min(1, sum(counted));
}
