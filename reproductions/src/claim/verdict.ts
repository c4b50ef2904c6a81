import { normalCdf, normalQuantile } from '@interlayer/stats';
import type { ControlResult, Criterion, Part, Status, Verdict } from './schema';

export interface Judged {
  status: Status;
  /** Smallest over the parts: the probability of telling a value one SESOI away from an edge from that edge. */
  power?: number;
  /** By what the sample must grow for power 0.8 in every part. */
  growth?: number;
}

export const REQUIRED_POWER = 0.8;

/**
 * Where one interval lies. For a direction: wholly beyond the SESOI holds; wholly short of it fails, unless no effect at all
 * is excluded too, which leaves the direction alone.
 */
function place(criterion: Criterion, { estimate, interval: [low, high] }: Part): Status {
  if (estimate === null || low === null || high === null) return 'degenerate';
  if (criterion.kind === 'exact')
    return Number.isNaN(estimate) ? 'degenerate' : estimate === criterion.value ? 'holds' : 'fails';
  if (![estimate, low, high].every(Number.isFinite) || !(low < high)) return 'degenerate';
  if (criterion.kind === 'band') {
    const [from, to] = [criterion.low ?? Number.NEGATIVE_INFINITY, criterion.high ?? Number.POSITIVE_INFINITY];
    if (low >= from && high <= to) return 'holds';
    return high < from || low > to ? 'fails' : 'open';
  }
  const sign = criterion.side === 'above' ? 1 : -1;
  const ends = [sign * (low - criterion.from), sign * (high - criterion.from)];
  const [near, far] = [Math.min(...ends), Math.max(...ends)];
  if (near > criterion.sesoi) return 'holds';
  if (far >= criterion.sesoi) return 'open';
  return near > 0 ? 'direction only' : 'fails';
}

function powerOf(criterion: Criterion): Pick<Judged, 'power' | 'growth'> {
  if (criterion.kind === 'exact' || criterion.notAsserted !== undefined) return {};
  const z = normalQuantile((1 + criterion.level) / 2);
  const errors = criterion.parts.map(
    ({ interval: [low, high] }) => ((high ?? Number.NaN) - (low ?? Number.NaN)) / 2 / z,
  );
  const worst = Math.max(...errors);
  if (!Number.isFinite(worst) || worst <= 0) return {};
  return {
    power: normalCdf(criterion.sesoi / worst - z),
    growth: (((z + normalQuantile(REQUIRED_POWER)) * worst) / criterion.sesoi) ** 2,
  };
}

/** A criterion holds where every part does, fails where one does; a failure counts only with enough power to have seen success. */
export function judge(criterion: Criterion): Judged {
  const { power, growth } = powerOf(criterion);
  const statuses = criterion.parts.map((part) => place(criterion, part));
  const all = (status: Status) => statuses.every((found) => found === status);
  const status = ((): Status => {
    if (criterion.notAsserted !== undefined) return 'not asserted';
    if (statuses.length === 0 || statuses.includes('degenerate')) return 'degenerate';
    if (statuses.includes('fails'))
      return criterion.kind === 'exact' || (power ?? 0) >= REQUIRED_POWER ? 'fails' : 'open';
    if (all('holds')) return 'holds';
    return statuses.includes('open') ? 'open' : 'direction only';
  })();
  return { status, ...(power === undefined ? {} : { power, growth }) };
}

/**
 * The mechanical rule, in this order:
 *
 * 1. a control failed, or a criterion is degenerate → inconclusive
 * 2. every criterion holds → reproduced
 * 3. one holds and another fails, holds in direction only, or cannot be asserted; or all have the direction only → partially
 * 4. none holds, at least one fails and none is open → not reproduced
 * 5. anything else (an interval straddles, or power is below 0.8) → inconclusive
 */
export function verdictOf(
  criteria: readonly Criterion[],
  controls: readonly Pick<ControlResult, 'outcome'>[],
): Verdict {
  const statuses = criteria.map((criterion) => judge(criterion).status);
  const some = (status: Status) => statuses.includes(status);
  if (statuses.length === 0) throw new Error('A verdict needs at least one criterion.');
  if (controls.some(({ outcome }) => outcome === 'failed') || some('degenerate')) return 'inconclusive';
  if (statuses.every((status) => status === 'holds')) return 'reproduced';
  const partly = some('fails') || some('direction only') || some('not asserted');
  if (some('holds') && partly) return 'partially';
  if (statuses.every((status) => status === 'direction only' || status === 'not asserted') && some('direction only'))
    return 'partially';
  if (some('fails') && !some('holds') && !some('open')) return 'not reproduced';
  return 'inconclusive';
}
