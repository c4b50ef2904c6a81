import { benjaminiHochberg, holm, normalCdf, normalQuantile } from '@interlayer/stats';
import { paperOf } from './claim-schema';
import type { Result } from './result-schema';

/** One-sided p-value of a claim, as it is and corrected for the claims that were measured with it. */
export interface Significance {
  p: number;
  /** Holm, within the paper. */
  holm: number;
  /** Benjamini and Hochberg, over all papers. */
  benjaminiHochberg: number;
}

type Criterion = Result['criteria'][number];

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
export function claimP({ criteria }: Pick<Result, 'criteria'>): number | undefined {
  const asked = criteria.filter(({ kind }) => kind === 'band' || kind === 'direction');
  const all = asked.flatMap((criterion) => criterion.parts.map((part) => 1 - normalCdf(clearance(criterion, part))));
  if (all.length === 0 || all.some(Number.isNaN)) return undefined;
  return Math.max(...all);
}

/** Corrected p-values by claim id, for those that have one. */
export function significanceOf(results: readonly Pick<Result, 'id' | 'criteria'>[]): ReadonlyMap<string, Significance> {
  const tested = results.flatMap((result) => {
    const p = claimP(result);
    return p === undefined ? [] : [{ id: result.id, p }];
  });
  const over = benjaminiHochberg(tested.map(({ p }) => p));
  const within = new Map<string, number>();
  for (const paper of new Set(tested.map(({ id }) => paperOf(id)))) {
    const mine = tested.filter(({ id }) => paperOf(id) === paper);
    const adjusted = holm(mine.map(({ p }) => p));
    for (const [i, { id }] of mine.entries()) within.set(id, adjusted[i]!);
  }
  return new Map(tested.map(({ id, p }, i) => [id, { p, holm: within.get(id)!, benjaminiHochberg: over[i]! }]));
}
