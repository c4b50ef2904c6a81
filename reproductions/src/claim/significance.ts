import { benjaminiHochberg, holm, normalCdf, normalQuantile } from '@interlayer/stats';
import { type Criterion, paperOf } from './schema';

/** One-sided p-value of a claim, as it is and corrected for the claims that were measured with it. */
export interface Significance {
  p: number;
  /** Holm, within the paper and subject. */
  holm: number;
  /** Benjamini and Hochberg, over all papers and subjects. */
  benjaminiHochberg: number;
}

/** How far a part lies on the right side of the edge that it has to clear, in standard errors of its interval. */
function clearance(criterion: Criterion, { estimate, interval: [low, high] }: Criterion['parts'][number]): number {
  if (estimate === null || low === null || high === null || !(low < high)) return Number.NaN;
  const error = (high - low) / 2 / normalQuantile((1 + criterion.level) / 2);
  if (criterion.kind === 'direction') {
    const sign = criterion.side === 'above' ? 1 : -1;
    return (sign * (estimate - criterion.from) - criterion.sesoi) / error;
  }
  if (criterion.kind !== 'band') return Number.NaN;
  const edges = [
    ...(criterion.low === null ? [] : [estimate - criterion.low]),
    ...(criterion.high === null ? [] : [criterion.high - estimate]),
  ];
  return Math.min(...edges) / error;
}

/**
 * The p-value against "the claim's effect is no larger than what matters": of a claim that needs every part of every criterion
 * it is the largest (an intersection-union test), by the normal approximation to each part's interval. Undefined where
 * nothing was estimated with an interval, or only exact things were asked.
 */
export function claimP({ criteria }: { criteria: readonly Criterion[] }): number | undefined {
  const asked = criteria.filter(({ kind, notAsserted }) => kind !== 'exact' && notAsserted === undefined);
  const all = asked.flatMap((criterion) => criterion.parts.map((part) => 1 - normalCdf(clearance(criterion, part))));
  if (all.length === 0 || all.some(Number.isNaN)) return undefined;
  return Math.max(...all);
}

interface Tested {
  id: string;
  subject: string;
  criteria: readonly Criterion[];
  /** A p-value of times differs from run to run, and would change those that are corrected with it. */
  timed?: boolean;
}

/** Corrected p-values in the order of the results; undefined for those that have none, and for times. */
export function significanceOf(results: readonly Tested[]): (Significance | undefined)[] {
  const tested = results.flatMap((result, index) => {
    const p = result.timed ? undefined : claimP(result);
    return p === undefined ? [] : [{ index, p, family: `${paperOf(result.id)} @ ${result.subject}` }];
  });
  const overall = benjaminiHochberg(tested.map(({ p }) => p));
  const found: (Significance | undefined)[] = results.map(() => undefined);
  for (const family of new Set(tested.map(({ family }) => family))) {
    const members = tested.filter((each) => each.family === family);
    const adjusted = holm(members.map(({ p }) => p));
    for (const [i, { index, p }] of members.entries())
      found[index] = { p, holm: adjusted[i]!, benjaminiHochberg: overall[tested.indexOf(members[i]!)]! };
  }
  return found;
}
