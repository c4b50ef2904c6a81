import type { DoctorReport } from './run-doctor';

const GIB = 2 ** 30;

/**
 * A doctor's report as text.
 *
 * @param options.width The width at which long reasons are wrapped, in columns. Default 120.
 */
export function renderDoctor(report: DoctorReport, { width = 120 }: { width?: number } = {}): string {
  const { processor, memory, choice, eagerChoice } = report;
  const table = (rows: string[][], indent = '') => lines(rows, indent, width);
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
    ...(choice
      ? [
          'When none is named',
          ...table(
            [
              ['whole functions', `${choice.backend}: ${choice.why}`],
              ...(eagerChoice ? [['single operations', `${eagerChoice.backend}: ${eagerChoice.why}`]] : []),
            ],
            '  ',
          ),
        ]
      : ['No backend works.']),
  ].join('\n');
}

/** Rows with aligned columns; the last column is wrapped to fit into `width`. */
function lines(rows: string[][], indent: string, width: number): string[] {
  const widths = rows[0].slice(0, -1).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const left = indent.length + widths.reduce((sum, each) => sum + each + 2, 0);
  return rows.flatMap((row) => {
    const cells = row.slice(0, -1).map((cell, column) => cell.padEnd(widths[column]));
    const [first, ...rest] = wrapped(row.at(-1)!, Math.max(40, width - left));
    return [`${indent}${[...cells, first].join('  ')}`.trimEnd(), ...rest.map((line) => ' '.repeat(left) + line)];
  });
}

/** A text in lines of at most `width` characters, wrapped at spaces. */
function wrapped(text: string, width: number): string[] {
  const result = [''];
  for (const word of text.split(' ')) {
    const line = result.at(-1)!;
    if (line && line.length + 1 + word.length > width) result.push(word);
    else result[result.length - 1] = line ? `${line} ${word}` : word;
  }
  return result;
}
