import { type Estimate, intervalsOver } from '../../claim/estimator';
import type { Table } from '../../claim/schema';
import { fixed, type Statistic, statistic } from '../../claim/statistic';
import type { Bench } from '../../materials/material';
import { FEWER, PAIRS, runName, SAME, type Tuned } from './materials/fine-tuned';

/** Points of accuracy that count as a minimal loss. */
export const MARGIN = 3;
/** Points by which the baseline must beat one class for all, or a task says nothing. */
export const FLOOR = 10;
/** What one class for all gets right, percent, where both count the same. */
export const CHANCE = 50;

/**
 * The mean of rows of numbers, one for each test example, over rows and examples, both classes counting the same: however presidents
 * are drawn, whose sentences are all of one class, one class for all is right in 50 %. Resampled over both: the weights of the
 * rows come after those of the examples. Where a resample has drawn no row at all, each counts once.
 */
export function meanOver(
  { units, labels }: Pick<Tuned, 'units' | 'labels'>,
  label: string,
  rows: readonly ArrayLike<number>[],
): Statistic {
  const count = rows[0]!.length;
  // Sums run over the examples of one class after the other, with the weights of these in one array.
  const classes = [0, 1].map((label) => {
    const members = Int32Array.from([...labels.keys()].filter((i) => labels[i] === label));
    const values = rows.map((row) => Float64Array.from(members, (i) => row[i]!));
    return { members, values, drawn: new Float64Array(members.length) };
  });
  return statistic(units, label, (weights) => {
    const times = rows.map((_, row) => weights[count + row]!);
    const isNone = times.every((weight) => weight === 0);
    const drawn = classes.map(({ members, drawn }) => gather(members, weights, drawn));
    let [sum, runs] = [0, 0];
    for (const row of rows.keys()) {
      const weight = isNone ? 1 : times[row]!;
      if (weight === 0) continue;
      for (const [label, { values, drawn: each }] of classes.entries())
        sum += (weight * dot(each, values[row]!)) / drawn[label]! / 2;
      runs += weight;
    }
    return sum / runs;
  });
}

/** Writes the values at some places into an array and adds them up. */
function gather(places: Int32Array, values: ArrayLike<number>, into: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < places.length; i++) sum += into[i] = values[places[i]!]!;
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** 100 for what is right, 0 for what is wrong. */
export const points = (right: readonly boolean[]): Int8Array => Int8Array.from(right, (hit) => (hit ? 100 : 0));

/** How many points more the first of each pair gets right than the second, run by run. */
export const gain = (
  task: Pick<Tuned, 'units' | 'labels'>,
  label: string,
  pairs: readonly (readonly [readonly boolean[], readonly boolean[]])[],
): Statistic =>
  meanOver(
    task,
    label,
    pairs.map(([more, less]) => Int8Array.from(more, (hit, i) => 100 * (Number(hit) - Number(less[i]!)))),
  );

/** A statistic with its interval at 95 %. */
export function estimateOf(
  of: Statistic,
  { seed }: Pick<Bench, 'seed'>,
): { value: number; interval: [number, number] } {
  const { estimate, interval } = intervalsOver(of.units.clusters, [of], { level: 0.95, seed })[0]!;
  const [low, high] = interval.map((end) => end ?? Number.NaN);
  return { value: estimate ?? Number.NaN, interval: [low!, high!] };
}

/** The runs of two models, seed by seed; none where one was not run. */
const paired = ({ right }: Tuned, one: string, other: string) =>
  (right[one] ?? []).flatMap((row, seed) => {
    const partner = right[other]?.[seed];
    return partner ? [[row, partner] as const] : [];
  });

/** What claims say of a task. */
export type TaskAccuracy = ReturnType<typeof accuracyOf>;

export function accuracyOf(task: Tuned, bench: Pick<Bench, 'seed'>) {
  const { name, right } = task;
  const full = PAIRS.flatMap(([, baseline]) => right[baseline] ?? []);
  const baseline = meanOver(task, name, full.map(points));
  const [low] = estimateOf(baseline, bench).interval;
  const half = (label: string, baselineOf: (full: string) => string) => {
    const pairs = PAIRS.flatMap(([reduced, baseline]) => paired(task, reduced, baselineOf(baseline)));
    return pairs.length ? [gain(task, label, pairs)] : [];
  };
  return {
    task,
    name,
    baseline,
    counts: low >= CHANCE + FLOOR,
    half: [...half('at equal steps', runName), ...half('at equal computation', (baseline) => runName(baseline, SAME))],
    fewer: FEWER.flatMap((model) => {
      const pairs = paired(task, model, 'base');
      return pairs.length ? [gain(task, model, pairs)] : [];
    }),
    accuracies: Object.entries(right).map(([run, rows]) => meanOver(task, run, rows.map(points))),
  };
}

/** "84.2 (82.9 to 85.6)"; the value alone where nothing varies, as where one class is told of all. */
export function withEnds(value: number, interval: readonly number[]): string {
  const [text, ...ends] = [value, ...interval].map((each) => fixed(each, 1));
  return interval.every(Number.isFinite) ? `${text} (${ends.join(' to ')})` : text!;
}

/** The accuracy of every run on every task, and what fewer blocks cost, with intervals. */
export function accuracyTable(
  tasks: readonly TaskAccuracy[],
  estimate: (statistics: readonly Statistic[]) => Estimate[],
): Table {
  const statistics = tasks.flatMap(({ accuracies, fewer }) => [...accuracies, ...fewer]);
  const estimates = estimate(statistics);
  const shown = (of: Statistic): string => {
    const { estimate, interval } = estimates[statistics.indexOf(of)]!;
    return withEnds(
      estimate ?? Number.NaN,
      interval.map((end) => end ?? Number.NaN),
    );
  };
  const row = (name: string, of: (task: TaskAccuracy) => string) => [name, ...tasks.map(of)];
  return {
    title: 'Accuracy on held-out texts, mean of both classes, %; in parentheses 95 % intervals over examples and seeds',
    columns: row('model', ({ name }) => name),
    rows: [
      ...tasks[0]!.accuracies.map(({ label }, run) => row(label, ({ accuracies }) => shown(accuracies[run]!))),
      ...tasks[0]!.fewer.map(({ label }, i) => row(`${label} minus base, points`, ({ fewer }) => shown(fewer[i]!))),
    ],
  };
}
