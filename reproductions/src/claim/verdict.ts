import { normalCdf, normalQuantile } from '@interlayer/stats';
import type { ControlResult, Criterion, JudgedCriterion, Part, Status, Verdict } from './schema';

export interface JudgedPart {
  status: Exclude<Status, 'not asserted'>;
  /** The probability of telling a value one SESOI away from an edge from that edge. */
  power?: number;
  /** By what the sample must grow for power 0.8. */
  growth?: number;
}

export interface Judged {
  status: Status;
  parts: JudgedPart[];
  /** The least of the parts'. */
  power?: number;
  /** The largest of the parts'. */
  growth?: number;
}

export const REQUIRED_POWER = 0.8;

/**
 * Where one interval lies. Wholly on the wrong side of an edge it contradicts the criterion, however wide it is. That an
 * effect is smaller than matters, while none at all is possible, counts against the criterion only where the effect would
 * have been seen: with enough power.
 */
function place(criterion: Criterion, { estimate, interval: [low, high] }: Part, power = 0): JudgedPart['status'] {
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
  if (far < 0) return 'fails';
  if (far >= criterion.sesoi) return 'open';
  if (near > 0) return 'direction only';
  return power >= REQUIRED_POWER ? 'fails' : 'open';
}

function judgePart(criterion: Criterion, part: Part): JudgedPart {
  if (criterion.kind === 'exact') return { status: place(criterion, part) };
  const [low, high] = part.interval;
  const z = normalQuantile((1 + criterion.level) / 2);
  const error = ((high ?? Number.NaN) - (low ?? Number.NaN)) / 2 / z;
  if (!Number.isFinite(error) || error <= 0) return { status: place(criterion, part) };
  const power = normalCdf(criterion.sesoi / error - z);
  const growth = (((z + normalQuantile(REQUIRED_POWER)) * error) / criterion.sesoi) ** 2;
  return { status: place(criterion, part, power), power, growth };
}

/** A criterion holds where every part does, and fails where one does. */
export function judge(criterion: Criterion): Judged {
  const parts = criterion.parts.map((part) => judgePart(criterion, part));
  const some = (status: Status) => parts.some((part) => part.status === status);
  const status = ((): Status => {
    if (criterion.notAsserted !== undefined) return 'not asserted';
    if (parts.length === 0 || some('degenerate')) return 'degenerate';
    return (['fails', 'open', 'direction only'] as const).find(some) ?? 'holds';
  })();
  const [powers, growths] = [parts.flatMap(({ power }) => power ?? []), parts.flatMap(({ growth }) => growth ?? [])];
  if (status === 'not asserted' || powers.length === 0) return { status, parts };
  return { status, parts, power: Math.min(...powers), growth: Math.max(...growths) };
}

/** A criterion as it is reported: with the status and power of each part, and the sample that it needs where `n` units were used. */
export function withJudgement(criterion: Criterion, n: number): JudgedCriterion {
  const { status, parts, power, growth } = judge(criterion);
  return {
    ...criterion,
    parts: criterion.parts.map((part, i) => {
      const { status, power } = parts[i]!;
      return { ...part, status, ...(power === undefined ? {} : { power }) };
    }),
    status,
    ...(power === undefined ? {} : { power }),
    ...(power !== undefined && power < REQUIRED_POWER ? { sampleNeeded: Math.ceil(n * growth!) } : {}),
  };
}

/**
 * The mechanical rule, in this order:
 *
 * 1. a control failed, or a criterion is degenerate → inconclusive
 * 2. every criterion holds → reproduced
 * 3. one holds and another fails, holds in direction only, or cannot be asserted; or all have the direction only → partially
 * 4. none holds, at least one fails and none is open → not reproduced
 * 5. anything else (an interval straddles an edge, or is too wide to have seen an effect) → inconclusive
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
