import pc from 'picocolors';
import { paperOf, type Scale } from './claim-schema';
import { withInterval, wrap } from './format';
import type { Report } from './report-json';
import type { Result } from './result-schema';
import type { Verdict } from './verdict';

type Entry = Report['claims'][number];

export const MARKS: Record<Verdict, string> = {
  reproduced: '✔',
  partially: '◐',
  'not reproduced': '✘',
  inconclusive: '?',
  'not run': '–',
};

const colour = (verdict: Verdict): ((text: string) => string) =>
  ({
    reproduced: pc.green,
    partially: pc.yellow,
    'not reproduced': pc.red,
    inconclusive: pc.magenta,
    'not run': pc.gray,
  })[verdict];

const controlsOf = ({ controls }: Result): string =>
  controls.length === 0
    ? ''
    : controls.some(({ outcome }) => outcome === 'failed')
      ? 'control FAILED'
      : `${controls.length} control${controls.length === 1 ? '' : 's'} ok`;

/** The line that is printed as soon as a claim is measured, with its sentence below. */
export function verdictLines(result: Result, width = 100): string[] {
  const paint = colour(result.verdict);
  const head = `${paint(`${MARKS[result.verdict]} ${result.label}`)}  ${pc.bold(result.id)}`;
  return [head, ...wrap(result.sentence, width - 4).map((line) => `    ${line}`)];
}

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - text.length));

/** The summary at the end of a run: one row a claim, then what it adds up to, scale by scale. */
export function consoleTable(report: Report): string {
  const rows = report.claims.map((entry) => ({ entry, cells: cellsOf(entry) }));
  const heads = ['claim', 'verdict', 'measured', 'controls', 'accepted'];
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map(({ cells }) => cells[i]!.length)));
  const lines = [pc.dim(heads.map((head, i) => pad(head, widths[i]!)).join('  '))];
  let paper = '';
  for (const { entry, cells } of rows) {
    if (paperOf(entry.claim.id) !== paper) {
      paper = paperOf(entry.claim.id);
      const { authors, year, title } = report.papers.find(({ id }) => id === paper)!;
      lines.push('', pc.bold(`${authors.split(',')[0]} ${year}`) + pc.dim(`, ${title}`));
    }
    const paint = colour(entry.result.verdict);
    lines.push(
      cells
        .map((cell, i) => (i === 1 ? paint(pad(cell, widths[i]!)) : pad(cell, widths[i]!)))
        .join('  ')
        .trimEnd(),
    );
  }
  for (const { authors, year, note } of report.papers)
    if (note) lines.push('', pc.dim(`${authors.split(',')[0]} ${year}: ${note}`));
  lines.push('', tally(report.claims));
  for (const { drift } of report.claims) if (drift) lines.push(pc.yellow(`warning: ${drift}`));
  return `${lines.join('\n')}\n`;
}

function cellsOf({ claim, result, accepted, asAccepted }: Entry): string[] {
  const { headline } = result;
  return [
    claim.id.split('/')[1]!,
    `${MARKS[result.verdict]} ${result.label}`,
    headline ? withInterval(headline.value, headline.unit, headline.interval) : '',
    controlsOf(result),
    asAccepted
      ? accepted
        ? 'as accepted'
        : 'not compared'
      : accepted
        ? `CHANGED, was ${accepted}`
        : 'NEW, none accepted',
  ];
}

/** The scales at which claims were measured, the paper's own first. */
export const scalesOf = (claims: readonly Entry[]): Scale[] =>
  (['paper', 'checkpoint', 'mini', 'exact'] as const).filter((scale) =>
    claims.some(({ result }) => result.scale === scale),
  );

/** Claims whose verdicts may be counted together: of one scale, and proxies and derived ones apart from measured ones. */
export interface Count {
  scale: Scale;
  what: string;
  counts: [Verdict, number][];
}

const WHAT: Record<Report['claims'][number]['claim']['kind'], string> = {
  measured: '',
  exact: '',
  derivedFrom: ' (derived, not counted as measured)',
  proxy: ' (proxies, not counted as measured)',
};

/** Verdicts of different scales are never added up, and only measured claims are called measured. */
export function countsOf(claims: readonly Entry[]): Count[] {
  return scalesOf(claims).flatMap((scale) =>
    [...new Set(Object.values(WHAT))].flatMap((what) => {
      const mine = claims.filter(({ claim, result }) => result.scale === scale && WHAT[claim.kind] === what);
      const counts = (Object.keys(MARKS) as Verdict[]).flatMap((verdict): [Verdict, number][] => {
        const count = mine.filter(({ result }) => result.verdict === verdict).length;
        return count ? [[verdict, count]] : [];
      });
      return mine.length ? [{ scale, what, counts }] : [];
    }),
  );
}

export const tally = (claims: readonly Entry[]): string =>
  countsOf(claims)
    .map(({ scale, what, counts }) => `${scale}${what}: ${counts.map(([verdict, n]) => `${n} ${verdict}`).join(', ')}`)
    .join('\n');
