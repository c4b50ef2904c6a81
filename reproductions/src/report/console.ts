import pc from 'picocolors';
import type { Result, Verdict } from '../claim/schema';
import { printable, wrap } from './format';
import { type Cell, markOf, plainWords, type Summary } from './summary';

const COLOURS: Record<Verdict, (text: string) => string> = {
  reproduced: pc.green,
  partially: pc.yellow,
  'not reproduced': pc.red,
  inconclusive: pc.magenta,
  'not run': pc.gray,
};

/** The lines that are printed as soon as a claim is measured: its verdict, with its sentence below. */
export function verdictLines({ verdict, label, id, sentence }: Result, width = 100): string[] {
  const head = `${COLOURS[verdict](`${markOf(verdict)} ${printable(label)}`)}  ${pc.bold(id)}`;
  return [head, ...wrap(printable(sentence), width - 4).map((line) => `    ${line}`)];
}

function controlsOf({ hasFailed, controls }: Cell): string {
  if (hasFailed) return 'control FAILED';
  return controls.length ? `${controls.length} control${controls.length === 1 ? '' : 's'} ok` : '';
}

/** The table at the end of a run: one row for each pair that it measured, then what was found of each paper. */
export function consoleTable({ papers }: Summary): string {
  const heads = ['claim', 'verdict', 'measured', 'controls', 'accepted'];
  const parts = papers.map(({ rows, ...paper }) => ({
    ...paper,
    lines: rows.flatMap(({ name, cells }) =>
      cells.flatMap((cell) => {
        if (!cell || cell.recorded) return [];
        const verdict = `${cell.mark} ${cell.result.label}`;
        const texts = [name, verdict, cell.measured, controlsOf(cell), cell.acceptance].map(printable);
        return [{ texts, paint: COLOURS[cell.result.verdict], drift: cell.drift }];
      }),
    ),
  }));
  const all = parts.flatMap(({ lines }) => lines);
  const widths = heads.map((head, i) => Math.max(head.length, ...all.map(({ texts }) => texts[i]!.length)));
  const row = (texts: readonly string[], paint = (text: string) => text) =>
    texts
      .map((text, i) => (i === 1 ? paint : String)(text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  const drifts = all.flatMap(({ drift }) => (drift ? [pc.yellow(printable(`warning: ${drift}`))] : []));
  return `${[
    pc.dim(row(heads)),
    ...parts.flatMap(({ short, title, note, lines }) =>
      lines.length
        ? [
            '',
            pc.bold(printable(short)) + pc.dim(printable(`, ${title}`)),
            ...lines.map(({ texts, paint }) => row(texts, paint)),
          ]
        : ['', pc.dim(printable(`${short}: ${note}`))],
    ),
    '',
    ...papers.flatMap(({ short, rows, finding }) => (rows.length ? printable(`${short}: ${plainWords(finding)}`) : [])),
    ...drifts,
  ].join('\n')}\n`;
}
