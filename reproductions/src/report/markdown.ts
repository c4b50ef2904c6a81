import { plainWords, type Summary } from './summary';

/** Text that stays text: what Markdown or a table could take for markup is escaped, and a line break becomes a blank. */
const text = (value: string): string => value.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>|~&$#]/g, '\\$&');

/** A code span: its fence is longer than any run of backticks in it. Not for a cell of a table, which a bar would end. */
function code(value: string): string {
  const line = value.replace(/\s+/g, ' ');
  const fence = '`'.repeat(1 + Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length)));
  return fence.length > 1 ? `${fence} ${line} ${fence}` : `\`${line}\``;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const HEADS = ['claim', 'verdict · subject', 'why', 'measured', 'controls', 'least power', 'p (Holm)', 'accepted'];

/** The summary as Markdown, for pull requests: one row for each claim on each subject. */
export function reportMarkdown({ columns, papers, provenance }: Summary): string {
  const rows = papers.flatMap(({ rows }) =>
    rows.flatMap(({ claim, cells }) =>
      cells.flatMap((cell) => {
        if (!cell) return [];
        const controls = cell.controls.map(({ name, outcome, detail }) => text(`${name} ${outcome}: ${detail}`));
        return row([
          `${code(claim.id)}<br>${text(claim.title)}`,
          text(`${cell.mark} ${cell.result.label}`),
          text(cell.result.reason),
          text(cell.measured && `${cell.result.headline!.name}: ${cell.measured}`),
          controls.join('<br>'),
          text(cell.leastPower),
          text(cell.pHolm),
          cell.isNews ? `**${text(cell.acceptance)}**` : text(cell.acceptance),
        ]);
      }),
    ),
  );
  return `${[
    '# Which claims hold, at which scale',
    '',
    ...columns.flatMap(({ name, recorded }) =>
      recorded.length === 0
        ? [`- measured: ${code(name)}`]
        : recorded.map(({ day, command }) => `- recorded on ${text(day)}: ${code(name)}, ${code(command)}`),
    ),
    '',
    ...papers.map(({ short, finding }) => `- **${text(short)}**: ${text(plainWords(finding))}`),
    '',
    row(HEADS),
    row(HEADS.map(() => '---')),
    ...rows,
    '',
    `Provenance ${code(provenance.hash)}`,
  ].join('\n')}\n`;
}
