import { describe, expect, it } from 'vitest';
import { type Figure, figureHtml, figureStyle, figureSvg, figureTable, formatNumber, formatRange, html } from '../src';
import { examples } from './examples';

const all = Object.values(examples) as Figure[];

describe.each(all)('a figure of kind $kind', (figure) => {
  it('has a name and a description that a screen reader reads', () => {
    const drawings = figureHtml(figure).text.match(/<svg[^>]* role="img" aria-label="[^"]+"><desc>[^<]{10,}<\/desc>/g);
    expect(drawings!.length).toBeGreaterThanOrEqual(2);
    expect(figureSvg(figure)).toMatch(
      /role="img" aria-label="[^"]+"[^>]*>\n<title>[^<]+<\/title><desc>[^<]{10,}<\/desc>/,
    );
  });

  it('has its numbers in a table with heads', () => {
    const { columns, rows } = figureTable(figure);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    const { text } = figureHtml(figure);
    expect(text.match(/<th scope="col">/g)).toHaveLength(columns.length);
    expect(text.match(/<th scope="row">/g)).toHaveLength(rows.length);
  });

  it('is the same bytes again, also after a trip through JSON', () => {
    const again = JSON.parse(JSON.stringify(figure)) as Figure;
    expect(figureSvg(again)).toBe(figureSvg(figure));
    expect(figureHtml(again).text).toBe(figureHtml(figure).text);
  });

  it('fetches nothing', () => {
    expect(figureSvg(figure) + figureHtml(figure)).not.toMatch(/<(image|use|script|link|img)\b|url\(|@import|href=/);
  });
});

it('numbers of a figure', () => {
  expect(figureTable(examples.depth).rows[3]).toEqual(['mini', 2, 20, '18 to 22', '10 to 30']);
  expect(figureTable(examples.stacked).rows).toEqual([
    ['mini', 1, 40, 60],
    ['mini', 2, 0, 100],
  ]);
  expect(figureTable(examples.bars).rows).toEqual([
    ['all', 'a', 30],
    ['all', 'b', 70],
    ['half', 'b', 50],
  ]);
  expect(figureTable(examples.scatter)).toEqual({
    columns: ['series', 'point', 'mean output', 'γ', 'from', 'to'],
    rows: [
      ['trained', 'dimension 1', 0, 0, '', ''],
      ['trained', '', 100, 40, 30, 50],
      ['untrained', '', 50, 20, '', ''],
    ],
  });
  expect(figureTable(examples.heatmap)).toEqual({
    columns: ['layer \\ other layer', '1', '2', '3'],
    rows: [
      ['1', 0, 0.5, 1],
      ['2', 0.25, null, 0.75],
    ],
  });
  expect(figureTable(examples.multiples).rows[2]).toEqual(['head 2', 'the', 1, 0]);
});

it('text stays text', () => {
  const hostile = `'"<script>&\u0000\u001b\ud800]]>`;
  const attacked = JSON.parse(JSON.stringify(all), (key, value) =>
    typeof value === 'string' && !['kind', 'role'].includes(key) ? value + hostile : value,
  ) as Figure[];
  for (const figure of attacked) {
    for (const markup of [figureSvg(figure), figureHtml(figure).text]) {
      expect(markup).not.toContain('<script');
      expect(markup).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}/u);
      const tags = (text: string) => new Set(Array.from(text.matchAll(/<([a-z]+)/gi), ([, name]) => name));
      const plain = all.find(({ kind }) => kind === figure.kind)!;
      expect(tags(markup)).toEqual(tags(markup.startsWith('<svg') ? figureSvg(plain) : figureHtml(plain).text));
    }
  }
});

it.each<[string, unknown, RegExp]>([
  ['an unknown kind', { kind: 'pie' }, /no figure of kind "pie": give one of depth/],
  [
    'a value that is no number',
    {
      ...examples.heatmap,
      values: [
        [0, Number.NaN, 1],
        [0, 0, 0],
      ],
    },
    /values\[0\]\[1\] of figure "Similarity" is NaN: give a finite number, or null where there is none/,
  ],
  [
    'a row too few',
    { ...examples.heatmap, values: [[0, 0, 1]] },
    /values of figure "Similarity" has 1 entries: give 2, one for each row/,
  ],
  [
    'a short row',
    { ...examples.heatmap, values: [[0], [0, 0, 0]] },
    /values\[0\] .* has 1 entries: give 3, one for each column/,
  ],
  [
    'more cells than can be seen',
    { ...examples.heatmap, rows: ['a'], columns: Array(129).fill('x'), values: [Array(129).fill(0)] },
    /1 × 129 cells: a heatmap shows at most 128 on a side; attentionMapPage shows more/,
  ],
  ['a range that runs down', { ...examples.depth, range: [1, 0] }, /range of figure "Hits" is \[1, 0\]/],
  [
    'a depth beyond the model',
    { ...examples.depth, series: [{ name: 'x', role: 'ours', points: [{ depth: 3, layer: 3, value: 1 }] }] },
    /"x", layer 3, of figure "Hits" has depth 3: give layer \/ number of layers/,
  ],
  [
    'a bar below 0',
    { ...examples.bars, bars: [{ label: 'b', parts: [{ name: 'p', value: -1 }] }] },
    /"b", p, of figure "Counts" is -1: give a finite number of at least 0/,
  ],
  [
    'a share too many',
    { ...examples.stacked, panels: [{ name: 'm', role: 'ours', layers: [[1, 2, 3]] }] },
    /column 1 of panel "m" of figure "Cases" has 3 entries: give 2, one for each part/,
  ],
  [
    'a label too few',
    { ...examples.stacked, panels: [{ name: 'm', role: 'ours', layers: [[1, 2]], labels: [] }] },
    /labels of panel "m" of figure "Cases" has 0 entries: give 1/,
  ],
  [
    'an infinite point',
    { ...examples.scatter, series: [{ name: 's', role: 'ours', points: [{ x: Number.POSITIVE_INFINITY, y: 0 }] }] },
    /"s", point 1, of figure "Gain by output" is Infinity/,
  ],
  [
    'multiples of two kinds',
    { ...examples.multiples, figures: [examples.depth, examples.bars] },
    /of the kinds depth and bars: give one or more figures of one kind/,
  ],
  [
    'multiples of two units',
    { ...examples.multiples, figures: [examples.heatmap, { ...examples.heatmap, unit: '%' }] },
    /share their scales, but one shows CKA, sequential and another %, sequential: give them one unit and one scale/,
  ],
  [
    'multiples of two scales',
    { ...examples.multiples, figures: [examples.heatmap, { ...examples.heatmap, scale: 'diverging' }] },
    /CKA, sequential and another CKA, diverging/,
  ],
  ['multiples of nothing', { ...examples.multiples, figures: [] }, /of no kind/],
  [
    'multiples of stacked shares',
    { ...examples.multiples, figures: [examples.stacked] },
    /of the kind stacked: give depth, bars, scatter, heatmap/,
  ],
])('%s is refused', (_, figure, message) => {
  for (const draw of [figureSvg, figureHtml, figureTable]) expect(() => draw(figure as Figure)).toThrow(message);
});

it('a picture has at least 200 pixels', () => {
  expect(() => figureSvg(examples.bars, { width: 100 })).toThrow('width is 100: give at least 200 pixels');
});

it('files are for a light or a dark ground, or follow the system', () => {
  const ground = (theme?: 'light' | 'dark') => figureSvg(examples.bars, { theme }).match(/--figure-ground:#\w+/g);
  expect(ground('light')).toEqual(['--figure-ground:#fff']);
  expect(ground('dark')).toEqual(['--figure-ground:#1d2126']);
  expect(ground()).toHaveLength(2);
  expect(figureStyle.text).not.toContain('&');
});

it('every rule of the style sheet touches figures only', () => {
  const rules = figureStyle.text.replaceAll(/@(media|container)[^{]*\{/g, '').match(/[^{}]+(?=\{)/g)!;
  expect(rules.length).toBeGreaterThan(30);
  for (const selectors of rules)
    for (const selector of selectors.split(',')) expect(selector.trim()).toMatch(/^(:root$|\.interlayer-figure)/);
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
    [-0, '0'],
    [null, 'undefined'],
  ])('%s is written as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('ends that read alike are one number', () => {
    expect(formatRange([18, 22])).toBe('18 to 22');
    expect(formatRange([41.01, 41.02])).toBe('41.0');
    expect(formatRange([null, 22])).toBe('undefined to 22');
  });
});

it('a template escapes everything but markup', () => {
  expect(`${html`<p title="${'"'}">${['<', html`<b>${1}</b>`]}${false}${null}</p>`}`).toBe(
    '<p title="&quot;">&lt;<b>1</b></p>',
  );
});
