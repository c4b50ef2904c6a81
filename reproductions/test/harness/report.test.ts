import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../src/harness/catalogue';
import { consoleTable } from '../../src/harness/console-table';
import { figureSvg, figureTable, ticks } from '../../src/harness/figure-svg';
import { shown, withInterval, wrap } from '../../src/harness/format';
import { assembleResult, notRunResult } from '../../src/harness/measurement';
import { provenanceOf } from '../../src/harness/provenance';
import { reportHtml } from '../../src/harness/report-html';
import { composeReport, parseReport, type ReportInput, reportJson } from '../../src/harness/report-json';
import { reportMarkdown } from '../../src/harness/report-md';
import type { Figure } from '../../src/harness/result-schema';
import { exampleMeasurement } from './example-measurement';

const catalogue = await readCatalogue();
const claims = catalogue.map(({ claim }) => claim);
const c10 = claims.find(({ id }) => id.includes('c10'))!;
const c7 = claims.find(({ id }) => id.includes('c7'))!;
const fingerprint = 'f'.repeat(64);
const provenance = provenanceOf({
  scale: 'mini',
  seed: 1,
  sample: null,
  backend: 'cpu',
  threads: 1,
  engine: null,
  artefacts: {},
  claims: {},
});

const input = (change: Partial<ReportInput> = {}): ReportInput => ({
  scale: 'mini',
  provenance,
  claims: [c7, c10],
  catalogue: claims,
  stored: new Map([
    [c7.id, { result: notRunResult({ claim: c7, scale: 'mini', fingerprint }, 'no model'), runtime: cost(3) }],
    [
      c10.id,
      { result: assembleResult({ claim: c10, scale: 'mini', fingerprint }, exampleMeasurement()), runtime: cost(5) },
    ],
  ]),
  accepted: { [c10.id]: { verdict: 'reproduced', headline: 40, monteCarloError: 0.05 } },
  comparesWithAccepted: true,
  runtime: { finished: '2026-01-01T00:00:00Z', seconds: 8, host: 'here' },
  ...change,
});
const cost = (seconds: number) => ({ seconds, megabytes: 100 * seconds, finished: 'now' });

describe('report.md', () => {
  it('has a row a claim, and no bar or line break in a cell', () => {
    const text = reportMarkdown(composeReport(input()));
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + 2);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(8);
    expect(rows.at(-1)).toContain('40 % [38, 42]');
    expect(text).toContain(provenance.hash);
  });
});

describe('report.json', () => {
  it('fits its schema, and has the same bytes for the same results but for the runtime block', () => {
    const one = composeReport(input());
    const two = composeReport(input({ runtime: { finished: 'later', seconds: 99, host: 'there' } }));
    expect(parseReport(JSON.parse(reportJson(one)), 'x')).toEqual(one);
    const without = ({ runtime: _, ...rest }: typeof one) => JSON.stringify(rest);
    expect(without(one)).toBe(without(two));
    expect(reportJson(one)).not.toBe(reportJson(two));
  });

  it('rejects what does not fit', () => {
    expect(() => parseReport({ schemaVersion: 7 }, 'out/report.json')).toThrow('out/report.json');
  });

  it('compares verdicts with the accepted ones, and warns of a headline that moved', () => {
    const [first, second] = composeReport(input()).claims;
    expect(first).toMatchObject({ accepted: null, asAccepted: false });
    expect(second).toMatchObject({ accepted: 'reproduced', asAccepted: true, drift: null });
    const moved = { [c10.id]: { verdict: 'partially' as const, headline: 35, monteCarloError: 0.05 } };
    expect(composeReport(input({ accepted: moved })).claims[1]).toMatchObject({
      asAccepted: false,
      drift: 'residual hits at layer 3 was 35 when accepted and is 40 now',
    });
  });

  it('hashes its provenance, whatever the order of the keys', () => {
    const other = provenanceOf({
      claims: {},
      artefacts: {},
      engine: null,
      threads: 1,
      backend: 'cpu',
      seed: 1,
      sample: null,
      scale: 'mini',
    });
    expect(other.hash).toBe(provenance.hash);
    expect(provenanceOf({ ...provenance, seed: 2 }).hash).not.toBe(provenance.hash);
  });
});

describe('report.html', () => {
  const html = reportHtml(composeReport(input()));

  it('fetches nothing and carries everything', () => {
    // Links are for people to follow; anything else that could load a file is absent.
    expect(html).not.toMatch(/<(link|img|iframe|object|embed|audio|video|source)\b|<script[^>]+src|@import|url\(/i);
    expect(html.match(/<svg/g)).toHaveLength(3);
    for (const { id } of [c7, c10]) expect(html).toContain(`id="${id.replace('/', '-')}"`);
    expect(html).toContain('reproduced · mini');
    expect(html).toContain('Not run: no model.');
    expect(html).toContain('no claim yet');
    expect(html).toContain(provenance.hash);
  });

  it('escapes what it shows', () => {
    expect(html).toContain('Ours is &lt;smaller&gt; &amp; &quot;newer&quot;.');
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    for (const [, close, name, self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/gi)) {
      if (self || ['meta', 'br'].includes(name!)) continue;
      if (close) expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });
});

describe('figures', () => {
  const figures = exampleMeasurement().figures;

  it('draw one mark per point, an interval where there is one, and the same bytes again', () => {
    const svg = figureSvg(figures[0]!);
    // 2 + 3 points and one of each in the legend; the untrained point has no value
    expect(svg.match(/<circle class="mark"/g)).toHaveLength(2 + 3 + 2);
    // the controls: a triangle and a diamond in the legend, and the diamond at its point
    expect(svg.match(/<path class="mark"/g)).toHaveLength(2 + 1);
    expect(svg.match(/class="whisker"/g)).toHaveLength(3);
    expect(svg.match(/class="ribbon"/g)).toHaveLength(1);
    expect(figureSvg(figures[0]!)).toBe(svg);
    expect(figures.map(figureSvg).join('')).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('tell several things of one figure apart by colour, and break a long legend', () => {
    const points = [
      { depth: 0.5, layer: 1, value: -40 },
      { depth: 1, layer: 2, value: -70 },
    ];
    const series = ['first', 'last', 'random'].flatMap((name, variant) =>
      (['paper', 'ours'] as const).map((role) => ({ name: `${name} token left out, ${role}`, role, variant, points })),
    );
    const svg = figureSvg({ kind: 'depth', title: 'Change', unit: '%', series });
    expect(svg.match(/class="ours variant-1"/g)).toHaveLength(2);
    expect(svg).toContain('>-60<');
    expect(new Set(svg.match(/y1="3\d\d"/g))).toEqual(new Set(['y1="328"', 'y1="350"']));
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('show bins with labels, each panel on a scale of its own', () => {
    const bins: Figure = {
      kind: 'stacked',
      title: 'Agreement',
      unit: '%',
      axis: 'probability',
      range: 'own',
      parts: ['agreeing'],
      panels: [
        { name: 'paper', role: 'paper', labels: ['1e-4', '4e-4'], layers: [[2], [100]] },
        { name: 'mini', role: 'ours', labels: ['1e-3', '2e-3'], layers: [[0], [4]] },
      ],
    };
    const svg = figureSvg(bins);
    expect(svg.match(/<rect class="part part-0"/g)).toHaveLength(3);
    // Both highest columns are as tall as their panel allows.
    const heights = Array.from(svg.matchAll(/part part-0"[^>]* height="([\d.]+)"/g), ([, height]) => Number(height));
    expect(heights[1]).toBe(heights[2]);
    expect(svg).toContain('2e-3, agreeing: 4 %');
    expect(svg).toContain('probability');
    expect(figureTable(bins).rows).toContainEqual(['mini', '2e-3', 4]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('have their numbers in a table', () => {
    expect(figureTable(figures[0]!).rows).toHaveLength(7);
    expect(figureTable(figures[1]!).rows).toEqual([
      ['mini', 1, 40, 60],
      ['mini', 2, 0, 100],
    ]);
    expect(figureTable(figures[2]!).rows).toEqual([['all', 'a', 7]]);
  });

  it('have round ticks', () => {
    expect(ticks(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(0, 0.51)).toEqual([0, 0.2, 0.4]);
    expect(ticks(-3, 7)).toEqual([-2, 0, 2, 4, 6]);
  });
});

describe('the console table', () => {
  it('has a row per claim, papers without claims, and a tally per scale', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    const text = consoleTable(composeReport(input())).replace(/\x1b\[\d+m/g, '');
    expect(text).toMatch(/c7-many-cells-fire +– not run · mini +.*NEW, none accepted/);
    expect(text).toMatch(/c10-residual-holds-answer +✔ reproduced · mini +40 % \[38, 42\] +3 controls ok +as accepted/);
    expect(text).toContain('Kobayashi 2024: no claim yet');
    expect(text).toContain('mini: 1 reproduced, 1 not run');
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [0.0004, '0.00040'],
    [0.00001, '1.00e-5'],
    [0.6666, '0.667'],
    [40.94, '40.9'],
    [412.3, '412'],
    [81_138_432, '81,138,432'],
    [-3.26, '-3.26'],
    [null, 'undefined'],
  ])('%s is shown as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('intervals without width are not shown', () => {
    expect(withInterval(4, '%', [4, 4])).toBe('4 %');
    expect(withInterval(4, '', [3, 5])).toBe('4 [3, 5]');
  });

  it('wraps at blanks', () => {
    expect(wrap('a bb ccc dddd', 6)).toEqual(['a bb', 'ccc', 'dddd']);
  });
});
