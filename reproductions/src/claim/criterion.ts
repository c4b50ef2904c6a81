import { type Estimator, familyLevel } from './estimator';
import type { Criterion, Part, Scale } from './schema';
import { type Statistic, wilsonShare } from './statistic';

/** What a criterion looks at: a statistic, a number counted to the unit, or a share with Wilson's interval. */
export type Asked = Statistic | { label: string; count: number } | { label: string; truths: readonly boolean[] };

/** What must hold of each part. */
export interface Rule {
  each: readonly Asked[];
  /** The interval that parts must lie in, the edge that they must clear by the effect, or the value that they must have. */
  kind:
    | { kind: 'band'; low: number | null; high: number | null }
    | { kind: 'direction'; from: number; side: 'above' | 'below' }
    | { kind: 'exact'; value: number };
  effect?: SmallestEffect;
  options: RuleOptions;
}

/** The smallest effect that matters, or the smallest distance from an edge that does, and why that size. */
interface SmallestEffect {
  sesoi: number;
  unit: string;
  why?: string;
}

interface RuleOptions {
  /** Confidence of each interval; 95 % after Bonferroni over the parts unless given. */
  level?: number;
  /** Why a model of a few layers cannot be expected to meet it: shown there, asserted of every larger model. */
  notAssertedAtMini?: string;
  /** Why this measurement cannot decide it, whatever the model: shown, and not asserted. */
  notAsserted?: string;
  /** Ids of conditions that it makes no sense to ask: a comparison with the untrained model is not asked of that model. */
  notAskedOf?: readonly string[];
}

type Asks<T> = (edge: T, each: readonly Asked[], effect: SmallestEffect, options?: RuleOptions) => Rule;

export const effect = (sesoi: number, unit: string, why?: string): SmallestEffect => ({
  sesoi,
  unit,
  ...(why ? { why } : {}),
});

/** Every part lies above `from`, by more than the effect. */
export const above: Asks<number> = (from, each, effect, options = {}) => ({
  each,
  kind: { kind: 'direction', from, side: 'above' },
  effect,
  options,
});

const band = (low: number | null, high: number | null, ...[each, effect, options = {}]: Rest): Rule => ({
  each,
  kind: { kind: 'band', low, high },
  effect,
  options,
});
type Rest = [each: readonly Asked[], effect: SmallestEffect, options?: RuleOptions];

export const atLeast: Asks<number> = (low, ...rest) => band(low, null, ...rest);
export const atMost: Asks<number> = (high, ...rest) => band(null, high, ...rest);
export const between: Asks<readonly [number, number]> = ([low, high], ...rest) => band(low, high, ...rest);

/** Every count is this number, 0 unless given, to the unit. */
export const exactly = (each: readonly Asked[], value = 0): Rule => ({
  each,
  kind: { kind: 'exact', value },
  options: {},
});

/** Sub-claims by name: a statement, and what must hold of each of its statistics. The verdict is made of these alone. */
export type Criteria = Readonly<Record<string, readonly [statement: string, rule: Rule]>>;

const levelOf = ({ options, each }: Rule): number => options.level ?? familyLevel(Math.max(1, each.length));

/**
 * Estimates what criteria ask, all at once, and gives them as records that can be judged.
 * @param others statistics that will be asked for at 95 %: estimated with the criteria, they cost no resampling of their own
 */
export function estimateCriteria(
  criteria: Criteria,
  estimator: Estimator,
  scale: Scale,
  others: readonly Statistic[] = [],
): Criterion[] {
  estimator.estimateAll([
    ...Object.values(criteria).flatMap(([, rule]) =>
      rule.each.flatMap((asked) => ('of' in asked ? [{ statistic: asked, level: levelOf(rule) }] : [])),
    ),
    ...others.map((statistic) => ({ statistic, level: 0.95 })),
  ]);
  return Object.entries(criteria).map(([name, [statement, rule]]) => {
    const { each, kind, effect, options } = rule;
    const level = kind.kind === 'exact' ? 1 : levelOf(rule);
    const parts = each.map((asked): Part => {
      if ('of' in asked) return estimator.estimate([asked], level)[0]!;
      if ('count' in asked) return { label: asked.label, estimate: asked.count, interval: [asked.count, asked.count] };
      const { value, interval } = wilsonShare(asked.truths);
      return { label: asked.label, estimate: value, interval };
    });
    const why = options.notAsserted ?? (scale === 'mini' ? options.notAssertedAtMini : undefined);
    const notAsserted = why ? { notAsserted: why } : {};
    return { name, statement, ...kind, ...effect, level, parts, ...notAsserted } as Criterion;
  });
}
