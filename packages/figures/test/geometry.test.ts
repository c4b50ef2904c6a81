import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Figure, figureTable, type Heatmap } from '../src';
import { drawing, examples, numbersOf } from './examples';

const rectangles = (markup: string, pattern = '') =>
  Array.from(
    markup.matchAll(new RegExp(`<rect${pattern}[^>]* x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"`, 'g')),
    ([, ...place]) => place.map(Number),
  );

describe('depth curves', () => {
  const svg = drawing(examples.depth);

  it('put values where a linear scale has them', () => {
    // At 680 pixels the box ends at 190 + 68 = 258 and begins at 12; ticks up to "100" take 10 + 3 × 7.6 = 32.8 pixels.
    const [top, bottom, left, right] = [12, 258, 32.8, 672];
    const x = (depth: number) => Math.round((left + depth * (right - left)) * 10) / 10;
    const y = (value: number) => Math.round((bottom - (value / 100) * (bottom - top)) * 10) / 10;
    const ours = /<g class="ours">(.*?)<\/g><\/g>|<g class="ours">(.*)/s.exec(svg)![0];
    expect(numbersOf(ours, / cx="([^"]*)"/g)).toEqual([0.25, 0.5, 1].map(x));
    expect(numbersOf(ours, / cy="([^"]*)"/g)).toEqual([1, 20, 40].map(y));
    expect(ours).toContain(`<path class="line" d="M${x(0.25)},${y(1)}L${x(0.5)},${y(20)}L${x(1)},${y(40)}"/>`);
    expect(ours).toContain(`<path class="whisker" d="M${x(0.5)} ${y(18)}V${y(22)}`);
    // The band: upper quartiles from left to right, and the lower ones back.
    const [, band] = /class="ribbon" d="([^"]*)"/.exec(ours)!;
    const corners = band!.split(/[MLZ]/).filter(Boolean);
    expect(corners.toSorted()).toEqual(
      [
        [0.5, 10],
        [0.5, 30],
        [1, 20],
        [1, 60],
      ]
        .map(([depth, value]) => `${x(depth!)},${y(value!)}`)
        .toSorted(),
    );
  });

  it('have round ticks that cover the range', () => {
    expect(Array.from(svg.matchAll(/text-anchor="end">([\d.−]+)</g), ([, text]) => text)).toEqual([
      '0',
      '20',
      '40',
      '60',
      '80',
      '100',
    ]);
    expect(numbersOf(svg, /class="grid"[^>]* y1="([^"]*)"/g)).toEqual([258, 208.8, 159.6, 110.4, 61.2, 12]);
  });

  it('draw one mark for each point that has a value, and one in the legend', () => {
    expect(svg.match(/<circle class="mark"/g)).toHaveLength(2 + 3 + 2);
    expect(svg.match(/<path class="mark"/g)).toHaveLength(2 + 1);
    expect(svg.match(/class="whisker"/g)).toHaveLength(3);
    expect(svg.match(/class="ribbon"/g)).toHaveLength(1);
    expect(drawing(examples.depth)).toBe(svg);
  });

  it('draw every point within its interval', () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    const below = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, below, below), { minLength: 1, maxLength: 8 }), (all) => {
        const points = all.map(([value, down, up], i) => ({
          depth: (i + 1) / all.length,
          layer: i + 1,
          value,
          interval: [value - down, value + up + 1e-6] as const,
        }));
        const series = [{ name: 'x', role: 'ours' as const, points }];
        const markup = drawing({ kind: 'depth', title: 't', unit: 'u', series });
        const places = [
          ...markup.matchAll(
            /class="whisker" d="M\S+ (\S+?)V(\S+?)M.*?<\/title><circle class="mark" cx="\S+" cy="(\S+?)"/gs,
          ),
        ].map((match) => match.slice(1).map(Number));
        expect(places).toHaveLength(points.length);
        for (const [from, to, at] of places) {
          expect(at).toBeLessThanOrEqual(from! + 0.1);
          expect(at).toBeGreaterThanOrEqual(to! - 0.1);
        }
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('tell several things of one figure apart by colour', () => {
    const points = [
      { depth: 0.5, layer: 1, value: -40 },
      { depth: 1, layer: 2, value: -70 },
    ];
    const series = ['first', 'last', 'random', 'fourth'].flatMap((name, variant) =>
      (['paper', 'ours'] as const).map((role) => ({ name: `${name} token left out, ${role}`, role, variant, points })),
    );
    const markup = drawing({ kind: 'depth', title: 'Change', unit: '%', series });
    expect(markup.match(/class="ours variant-1"/g)).toHaveLength(2);
    // There are three hues, and a fourth thing shares the first.
    expect(markup.match(/class="ours variant-0"/g)).toHaveLength(4);
    expect(markup).toContain('>−60<');
  });
});

describe('bars', () => {
  it('are as long as their numbers, one part behind the other', () => {
    // At 300 pixels the sums "100" and "50" leave 300 − 12 − 3 × 7.6 = 265.2 pixels for 100.
    expect(rectangles(drawing(examples.bars, 300), ' class="part')).toEqual([
      [0, 21, 79.6, 15],
      [79.6, 21, 185.6, 15],
      [0, 65, 132.6, 15],
    ]);
  });
});

describe('stacked shares', () => {
  it('stand on each other, up to 100', () => {
    // 200 pixels for 100: the box runs from 210 up to 10, columns are 16 pixels apart, beginning at 40.
    expect(rectangles(drawing(examples.stacked), ' class="part')).toEqual([
      [41.3, 130, 13.4, 80],
      [41.3, 10, 13.4, 120],
      [57.3, 10, 13.4, 200],
    ]);
  });

  it('show bins with labels, each panel on a scale of its own', () => {
    const bins: Figure = {
      kind: 'stacked',
      title: 'Agreement',
      unit: '% of cells',
      axis: 'probability',
      range: 'own',
      parts: ['agreeing'],
      panels: [
        { name: 'paper', role: 'paper', labels: ['1e-4', '4e-4'], layers: [[2], [100]] },
        { name: 'mini', role: 'ours', labels: ['1e-3', 'a label that is far too long'], layers: [[0], [4]] },
      ],
    };
    const svg = drawing(bins);
    const heights = numbersOf(svg, /part part-0"[^>]* height="([\d.]+)"/g);
    // 2 of 105, 100 of 105 and 4 of 4.2, of 200 pixels each.
    expect(heights).toEqual([3.8, 190.5, 190.5]);
    expect(svg).toContain('a label that is far too long, agreeing: 4 % of cells');
    expect(svg).toContain('>a label tha…<');
    expect(svg).toContain('probability');
    expect(figureTable(bins).rows).toContainEqual(['mini', 'a label that is far too long', 4]);
  });

  it('lean the names of columns that would run into each other, and leave out numbers', () => {
    const panel = (layers: number, labels?: string[]): Figure => ({
      kind: 'stacked',
      title: 'Shares',
      unit: '%',
      parts: ['a'],
      panels: [{ name: 'x', role: 'ours', layers: Array.from({ length: layers }, () => [50]), labels }],
    });
    const named = panel(4, ['stop words', 'others', 'short', 'longer']);
    expect(drawing(named, 680)).not.toContain('rotate');
    expect(drawing(named, 300).match(/rotate\(-40 /g)).toHaveLength(4);
    const numbers = (figure: Figure) => numbersOf(drawing(figure, 300), /text-anchor="middle">(\d+)</g);
    expect(numbers(panel(6))).toEqual([1, 2, 3, 4, 5, 6]);
    // 16 columns of 16 pixels, where two digits take 23
    expect(numbers(panel(16))).toEqual([1, 3, 5, 7, 9, 11, 13, 15]);
  });
});

describe('scatter plots', () => {
  it('put points where two linear scales have them', () => {
    const svg = drawing(examples.scatter, 300);
    // x from −5 to 105, y (with intervals) from −2.5 to 52.5, in a box of 12 … 220; "50" on the left takes 10 + 15.2 pixels.
    const x = (value: number) => 25.2 + ((value + 5) / 110) * (276 - 25.2);
    const y = (value: number) => 220 - ((value + 2.5) / 55) * 208;
    const [[cx0, cy0], [cx1, cy1]] = Array.from(svg.matchAll(/<circle class="mark" cx="(\S+)" cy="(\S+)"/g), (match) =>
      match.slice(1).map(Number),
    ) as [number[], number[]];
    for (const [actual, expected] of [
      [cx0, x(0)],
      [cy0, y(0)],
      [cx1, x(100)],
      [cy1, y(40)],
    ])
      expect(Math.abs(actual! - expected!)).toBeLessThanOrEqual(0.05);
    expect(svg).toContain('<title>dimension 1: 0, 0</title>');
    expect(svg.match(/class="whisker"/g)).toHaveLength(1);
  });
});

/** Relative luminance of a colour, by the formula of WCAG 2. */
function luminance(colour: string): number {
  const channels = /^#/.test(colour)
    ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
    : colour.match(/\d+/g)!.map(Number);
  const [r, g, b] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

describe('heatmaps', () => {
  const ramp = (values: number[], more: Partial<Heatmap> = {}): Heatmap => ({
    kind: 'heatmap',
    title: 'Ramp',
    unit: 'x',
    rows: ['row'],
    columns: values.map(String),
    values: [values],
    ...more,
  });
  const fills = (figure: Figure) =>
    Array.from(drawing(figure).matchAll(/<rect x="[^"]*" y="2" [^>]*fill="([^"]*)"/g), ([, fill]) => fill!);

  it('have square cells side by side, in the order of rows and columns', () => {
    const cells = rectangles(drawing(examples.heatmap).split('<ul')[0]!);
    const left = 20 + 7.6 + 8;
    expect(cells).toEqual(
      [0, 1].flatMap((row) =>
        [0, 1, 2].map((column) => [Math.round((left + 56 * column) * 10) / 10, 2 + 56 * row, 56, 56]),
      ),
    );
  });

  it('run from dark to light, which is seen without colour', () => {
    const lights = fills(ramp(Array.from({ length: 21 }, (_, i) => i / 20))).map(luminance);
    expect(lights).toHaveLength(21);
    for (const [i, light] of lights.entries()) if (i > 0) expect(light).toBeGreaterThan(lights[i - 1]!);
    // The ends of viridis, as matplotlib gives them: #440154 and #fde725.
    expect(fills(ramp([0, 1]))).toEqual(['#440154', '#fde725']);
  });

  it('put 0 in the middle of a diverging scale', () => {
    const [low, zero, high] = fills(ramp([-1, 0, 4], { scale: 'diverging' }));
    expect(luminance(zero!)).toBeGreaterThan(0.85);
    expect(luminance(low!)).toBeGreaterThan(luminance(high!));
    expect(fills(ramp([-4, 4], { scale: 'diverging' }))[1]).toBe(high);
    expect(fills(ramp([0, 0], { scale: 'diverging' }))).toEqual([zero, zero]);
  });

  it('cover the range that is asked for, and values beyond it', () => {
    const [half] = fills(ramp([0.5, 0.5], { range: [0, 1] }));
    expect(fills(ramp([0, 0.5, 1]))[1]).toBe(half);
    expect(fills(ramp([0, 0.5, 1], { range: [0, 0.5] }))).toEqual(fills(ramp([0, 0.5, 1])));
  });

  it('print numbers that can be read on their colour, where there is room', () => {
    const svg = drawing(ramp([0, 0.25, 0.5, 0.75, 1]));
    const printed = [
      ...svg.matchAll(/fill="([^"]*)"><title>[^<]*<\/title><\/rect><text class="number"[^>]* fill="(#[0f]{3})"/g),
    ];
    expect(printed).toHaveLength(5);
    for (const [, ground, ink] of printed) {
      const [dark, light] = [luminance(ground!), ink === '#000' ? 0 : 1].toSorted((a, b) => a - b);
      expect((light! + 0.05) / (dark! + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
    expect(drawing(ramp(Array.from({ length: 60 }, (_, i) => i)))).not.toContain('class="number"');
  });

  it('name the axes of a small matrix in full, where the drawing has room', () => {
    const small = { ...ramp([1]), axes: { rows: 'layer', columns: 'layer of another model' } };
    expect(drawing(small)).toContain('>layer of another model<');
    expect(drawing({ ...small, axes: { rows: 'layer', columns: 'x'.repeat(99) } }, 300)).toContain(
      '>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…<',
    );
  });

  it('cross out what is missing', () => {
    const svg = drawing(examples.heatmap);
    expect(svg.match(/<g class="missing">/g)).toHaveLength(1);
    expect(svg).toContain('<title>2, 2: undefined</title>');
  });
});

describe('small multiples', () => {
  it('share one scale', () => {
    const svg = drawing(examples.multiples);
    const fills = Array.from(svg.matchAll(/fill="(#\w+|rgb[^"]*)"><title>/g), ([, fill]) => fill);
    // 0.5 of the first head has the colour that 0.5 of the second has.
    // 1 of 1, 0.5 of 1 and 0 of 1
    expect(fills.slice(0, 8)).toEqual([
      fills[7],
      fills[1],
      fills[1],
      expect.any(String),
      '#fde725',
      '#440154',
      '#440154',
      fills[0],
    ]);
    expect(svg).toContain('<b>head 1</b>');
  });

  it('stand in rows of equal length', () => {
    const figures = Array.from({ length: 4 }, () => examples.multiples.figures[0]!);
    const widths = (width: number) =>
      new Set(
        numbersOf(
          drawing(
            { ...examples.multiples, figures: figures.map((each) => ({ ...examples.depth, title: each.title })) },
            width,
          ),
          /<svg width="(\d+)"[^>]*role/g,
        ),
      );
    // Three of at least 200 would fit, and leave one for the second row.
    expect(widths(680)).toEqual(new Set([331]));
    expect(widths(300)).toEqual(new Set([300]));
  });
});
