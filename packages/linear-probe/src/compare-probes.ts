import { type BootstrapInterval, type BootstrapOptions, clusterBootstrap, holm, seedFrom } from '@interlayer/stats';
import { metricOf } from './metric';
import type { ProbeRecord } from './probe-record';
import { requireSeed } from './seed';
import { signFlipTests } from './sign-flip-test';

/** The metric of probe `a` minus that of probe `b` on the same test rows. */
export interface ProbeComparison {
  a: string;
  b: string;
  /** With a paired interval over the groups of the test rows. */
  difference: BootstrapInterval;
  /** Of a two-sided permutation test, in which groups swap the two probes. */
  p: number;
  /** Adjusted by Holm's method for all comparisons of the call. */
  adjustedP: number;
}

export interface CompareOptions extends BootstrapOptions {
  /** Compare all others with this one; all pairs unless set. */
  against?: string;
}

/**
 * Compares probes of the same test rows in pairs, such as those of the layers of a model.
 * @param records By name; at least two.
 * @throws when the test rows, their classes or the metric differ, or no record is named `against`.
 */
export function compareProbes(
  records: Readonly<Record<string, ProbeRecord>>,
  { against, seed, ...options }: CompareOptions,
): ProbeComparison[] {
  requireSeed(seed);
  const names = Object.keys(records);
  if (names.length < 2) throw new Error(`There are ${names.length} probes to compare; give at least two.`);
  if (against !== undefined && !names.includes(against))
    throw new Error(`There is no probe "${against}" to compare with; there are ${names.join(', ')}.`);
  const first = records[names[0]];
  for (const name of names) requireSameRows(names[0], first, name, records[name]);
  const pairs = names.flatMap((a, i) => {
    if (against !== undefined) return a === against ? [] : [{ a, b: against }];
    return names.slice(i + 1).map((b) => ({ a: b, b: a }));
  });

  const { ids, groups } = first.testRows;
  const metrics = Object.fromEntries(
    names.map((name) => [name, metricOf(first.metric, ids, records[name].predicted)] as const),
  );
  const intervals = clusterBootstrap(
    groups,
    (weights) => {
      const scores = Object.fromEntries(names.map((name) => [name, metrics[name](weights)]));
      return pairs.map(({ a, b }) => scores[a] - scores[b]);
    },
    { method: 'bca-or-percentile', ...options, seed: seedFrom(seed, 'differences') },
  );
  const differences = pairs.map(({ a, b }) => groupDifferences(first, records[a].predicted, records[b].predicted));
  const ps = signFlipTests(differences, seedFrom(seed, 'signs'));
  const adjusted = holm(ps);
  return pairs.map((pair, i) => ({ ...pair, difference: intervals[i], p: ps[i], adjustedP: adjusted[i] }));
}

function requireSameRows(nameA: string, a: ProbeRecord, nameB: string, b: ProbeRecord): void {
  const facts = ({ metric, classes, split, testRows }: ProbeRecord) =>
    ({ metric, classes, 'test rows': split.test.sha256, labels: testRows }) as Record<string, unknown>;
  for (const [what, value] of Object.entries(facts(a)))
    if (JSON.stringify(value) !== JSON.stringify(facts(b)[what]))
      throw new Error(
        `The probes "${nameA}" and "${nameB}" differ in ${what}; give all probes the same rows, labels, groups, seed or split, and metric.`,
      );
}

/** What each group contributes to the difference of the metric. */
function groupDifferences({ metric, testRows: { ids, groups } }: ProbeRecord, a: number[], b: number[]): Float64Array {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const differences = new Float64Array(groups.reduce((most, group) => Math.max(most, group), -1) + 1);
  for (const [i, id] of ids.entries()) {
    const share = metric === 'accuracy' ? 1 / ids.length : 1 / (counts.size * counts.get(id)!);
    differences[groups[i]] += share * (Number(a[i] === id) - Number(b[i] === id));
  }
  return differences;
}
