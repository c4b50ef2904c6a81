import type { BootstrapInterval } from '@interlayer/stats';
import type { ProbeComparison } from './compare-probes';
import type { ProbeRecord } from './probe-record';

/** Probes as a text table, one line each in the order of the record, and their warnings below it. */
export function formatProbes(records: Readonly<Record<string, ProbeRecord>>): string {
  const named = Object.entries(records);
  const rows = named.map(([name, { test, majority, control, selectivity, codelength, lambda }]) => [
    name,
    withInterval(test),
    percent(majority.test.estimate),
    percent(control.test.estimate),
    withInterval(selectivity),
    codelength ? codelength.compression.toFixed(2) : '',
    String(lambda),
  ]);
  const metric = named[0]?.[1].metric ?? 'accuracy';
  return [
    ...table(['probe', metric, 'majority', 'control', 'selectivity', 'compression', 'lambda'], rows),
    ...named.flatMap(([name, { warnings }]) => warnings.map((warning) => `warning: ${name}: ${warning}`)),
  ].join('\n');
}

/** One probe in full: what it was fitted on, the path with its dev curve, and the results. */
export function formatProbe(record: ProbeRecord): string {
  const { kind, features, classes, split, path, lambda, metric, codelength } = record;
  const parts = Object.entries(split).map(([name, { rows, groups }]) => `${name} ${rows} rows in ${groups} groups`);
  const lines = [
    `${kind} probe of ${features.columns} features for ${classes.length} classes: ${parts.join(', ')}`,
    `features ${features.sha256.slice(0, 12)}, test rows ${split.test.sha256.slice(0, 12)}, seed ${record.seed}`,
    '',
    ...table(
      ['lambda', 'train loss', 'gradient', 'iterations', `dev ${metric}`, 'dev bits', ''],
      path.map((point) => [
        String(point.lambda),
        point.trainLoss.toFixed(4),
        point.gradientNorm.toExponential(0),
        String(point.iterations),
        percent(point.dev),
        point.devBits?.toFixed(3) ?? '',
        point.lambda === lambda ? 'chosen' : '',
      ]),
    ),
    '',
    formatProbes({ test: record }),
    Object.entries(record.scores)
      .map(([name, value]) => `${name} ${percent(value)}`)
      .join(', '),
  ];
  if (codelength)
    lines.push(
      `codelength ${codelength.bits.toFixed(0)} bits, of ${codelength.uniformBits.toFixed(0)} without features`,
    );
  return lines.join('\n');
}

/** Comparisons as a text table. */
export function formatComparisons(comparisons: readonly ProbeComparison[]): string {
  return table(
    ['probes', 'difference', 'p', 'p (Holm)'],
    comparisons.map(({ a, b, difference, p, adjustedP }) => [
      `${a} − ${b}`,
      withInterval(difference),
      p.toPrecision(2),
      adjustedP.toPrecision(2),
    ]),
  ).join('\n');
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function withInterval({ estimate, lower, upper, degenerate }: BootstrapInterval): string {
  return `${percent(estimate)} ${degenerate === undefined ? `[${(100 * lower).toFixed(1)}, ${(100 * upper).toFixed(1)}]` : '(no interval)'}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    rows.reduce((most, row) => Math.max(most, row[column].length), title.length),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}
