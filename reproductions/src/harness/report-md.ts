import { MARKS, tally } from './console-table';
import { shownP, withInterval } from './format';
import type { Report } from './report-json';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The summary as Markdown, for pull requests: one row a claim. */
export function reportMarkdown(report: Report): string {
  const rows = report.claims.map(({ claim, result, accepted, asAccepted, significance }) => {
    const { headline } = result;
    const control = result.controls.map(({ name, outcome, detail }) => `${name} ${outcome}: ${detail}`).join('<br>');
    const power = result.criteria.flatMap(({ power }) => (power === undefined ? [] : [power]));
    return [
      `\`${claim.id}\`<br>${claim.title}`,
      `${MARKS[result.verdict]} ${result.label}`,
      headline ? `${headline.name}: ${withInterval(headline.value, headline.unit, headline.interval)}` : '',
      control,
      power.length ? Math.min(...power).toFixed(2) : '',
      significance ? shownP(significance.holm) : '',
      asAccepted ? (accepted ? 'as accepted' : 'not compared') : accepted ? `**changed**, was ${accepted}` : 'new',
    ];
  });
  const heads = ['claim', 'verdict · scale', 'measured', 'controls', 'least power', 'p (Holm)', 'accepted'];
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return `${[
    '# Which claims hold, at which scale',
    '',
    ...(report.provenance.model ? [`On the model \`${report.provenance.model}\`.`, ''] : []),
    ...tally(report.claims)
      .split('\n')
      .map((text) => `- ${text}`),
    '',
    line(heads),
    line(heads.map(() => '---')),
    ...rows.map(line),
    '',
    `Provenance \`${report.provenance.hash}\``,
  ].join('\n')}\n`;
}
