import { expect, it } from 'vitest';
import { draw } from '../../src/claim';
import { figureSchema } from '../../src/claim/schema';
import { claimSection } from '../../src/report/claim-section';
import { summaryOf } from '../../src/report/summary';
import { exampleReport, measured } from './example';

const { figures } = measured('mini').result;

/** The section of C10 with some figures. */
function sectionWith(more: typeof figures): string {
  const report = exampleReport(['mini']);
  report.claims[1]!.result.figures = more;
  return claimSection(summaryOf(report).papers[0]!.rows[1]!).text;
}

it('the section of a claim draws each of its figures for two widths, with its numbers in a table of cards', () => {
  const section = sectionWith(figures);
  expect(section.match(/<figure class="interlayer-figure">/g)).toHaveLength(figures.length);
  for (const name of ['Hits, %', 'Cases: mini', 'Counts, parameters'])
    expect(section.split(`role="img" aria-label="${name}"`)).toHaveLength(1 + 2);
  expect(section).toContain('<p class="note">Whiskers: 95 % intervals.</p>');
  expect(section).toMatch(
    /<summary>The numbers of this figure<\/summary><table role="table" class="cards">.*?>18 to 22</,
  );
});

it('a claim draws a matrix with layers on both axes; what is not a number is a gap', () => {
  const matrix = draw.heatmap('Swaps', '%', { rows: ['1', '2'], columns: ['1', '2'], range: [0, 1] }, [
    [4, Number.NaN],
    [2, null],
  ]);
  expect(figureSchema.parse(matrix).kind).toBe('heatmap');
  const section = sectionWith([matrix]);
  expect(section.match(/class="missing"/g)).toHaveLength(2 * 2);
  expect(section).toContain('<title>2, 1: 2</title>');
});

it('what cannot be drawn is refused when it is measured, not when the report is written', () => {
  const bars = { kind: 'bars', title: 't', unit: 'u', bars: [{ label: 'b', parts: [{ name: 'p', value: -1 }] }] };
  expect(figureSchema.safeParse(bars).success).toBe(false);
});
