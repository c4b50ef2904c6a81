import type { DoctorReport } from './run-doctor';

const GIB = 2 ** 30;

/** A doctor's report as text. */
export function renderDoctor(report: DoctorReport): string {
  const { processor, memory, choice } = report;
  const facts: [string, string][] = [
    ['Node', report.node],
    ['System', report.system],
    ['Processor', `${processor.model}, ${processor.cores} cores for this process`],
    ['Memory', `${(memory.total / GIB).toFixed(1)} GiB, ${(memory.free / GIB).toFixed(1)} GiB free`],
    ['GPU', report.graphicsCards.join(', ') || 'none found'],
    ['Software GPU', report.softwareGpu ? `${report.softwareGpu} (for tests)` : 'none found'],
  ];
  const packages = report.packages.map(({ name, version, note }): [string, string] => [
    name,
    `${version ?? 'not installed'}${note ? `, ${note}` : ''}`,
  ]);
  const working = report.backends.filter(({ works }) => works);
  const rows = working.map(({ backend, threads, gflops, memory: bytes, note }) => [
    backend,
    String(threads),
    gflops!.toFixed(gflops! < 10 ? 1 : 0),
    (bytes! / GIB).toFixed(2),
    note.replace(/^as asked, /, ''),
  ]);
  const missing = report.backends
    .filter(({ works }) => !works)
    .map(({ backend, note }): [string, string] => [backend, note]);
  return [
    ...table(facts),
    '',
    'Packages',
    ...table(packages, '  '),
    '',
    'Backends that work (one reading of 512 × 512 matrix products, not a benchmark)',
    ...table([['backend', 'threads', 'GFLOP/s', 'GiB', ''], ...rows], '  '),
    ...(missing.length > 0 ? ['', 'Backends that do not, and what to do', ...table(missing, '  ')] : []),
    '',
    choice ? `When none is named: ${choice.backend} (${choice.why})` : 'No backend works.',
  ].join('\n');
}

function table(rows: string[][], indent = ''): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `${indent}${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd());
}
