import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../src/claim/schema';
import { kindOf, NARROW, WIDE } from '../../src/report/figures';
import { ticks } from '../../src/report/figures/plot';
import { html } from '../../src/report/markup';
import { measured } from './example';

const { figures } = measured('mini').result;
const draw = (figure: Figure, width = WIDE): string => {
  const { draw, keys } = kindOf(figure);
  return html`${draw(figure, width)}${keys(figure)}`.text;
};
const rowsOf = (figure: Figure) => kindOf(figure).table(figure).rows;

describe('figures', () => {
  it('draw one mark per point, an interval where there is one, and the same bytes again', () => {
    const svg = draw(figures[0]!);
    // 2 + 3 points and one of each in the legend; the untrained point has no value
    expect(svg.match(/<circle class="mark"/g)).toHaveLength(2 + 3 + 2);
    // the controls: a triangle and a diamond in the legend, and the diamond at its point
    expect(svg.match(/<path class="mark"/g)).toHaveLength(2 + 1);
    expect(svg.match(/class="whisker"/g)).toHaveLength(3);
    expect(svg.match(/class="ribbon"/g)).toHaveLength(1);
    expect(draw(figures[0]!)).toBe(svg);
    expect(figures.map(draw).join('')).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('have a name that a screen reader reads', () => {
    expect(draw(figures[0]!)).toContain('role="img" aria-label="Hits, %"');
    expect(draw(figures[1]!)).toContain('role="img" aria-label="Cases: mini"');
    expect(draw(figures[2]!)).toContain('role="img" aria-label="Counts, parameters"');
  });

  it('tell several things of one figure apart by colour', () => {
    const points = [
      { depth: 0.5, layer: 1, value: -40 },
      { depth: 1, layer: 2, value: -70 },
    ];
    const series = ['first', 'last', 'random', 'fourth'].flatMap((name, variant) =>
      (['paper', 'ours'] as const).map((role) => ({ name: `${name} token left out, ${role}`, role, variant, points })),
    );
    const svg = draw({ kind: 'depth', title: 'Change', unit: '%', series });
    expect(svg.match(/class="ours variant-1"/g)).toHaveLength(2);
    // There are three hues, and a fourth thing shares the first.
    expect(svg.match(/class="ours variant-0"/g)).toHaveLength(4);
    expect(svg).toContain('>-60<');
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
    const svg = draw(bins);
    // Both highest columns are as tall as their panel allows.
    const heights = Array.from(svg.matchAll(/part part-0"[^>]* height="([\d.]+)"/g), ([, height]) => Number(height));
    expect(heights).toHaveLength(3);
    expect(heights[1]).toBe(heights[2]);
    expect(svg).toContain('a label that is far too long, agreeing: 4 % of cells');
    expect(svg).toContain('>a label tha…<');
    expect(svg).toContain('probability');
    expect(rowsOf(bins)).toContainEqual(['mini', 'a label that is far too long', 4]);
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
    expect(draw(named, WIDE)).not.toContain('rotate');
    expect(draw(named, NARROW).match(/rotate\(-40 /g)).toHaveLength(4);
    const numbers = (figure: Figure, width: number) =>
      Array.from(draw(figure, width).matchAll(/text-anchor="middle">(\d+)</g), ([, number]) => number);
    expect(numbers(panel(6), NARROW)).toEqual(['1', '2', '3', '4', '5', '6']);
    // 16 columns of 16 pixels, where two digits take 22
    expect(numbers(panel(16), NARROW)).toEqual(['1', '3', '5', '7', '9', '11', '13', '15']);
  });

  it('have their numbers in a table', () => {
    expect(rowsOf(figures[0]!)).toHaveLength(7);
    expect(rowsOf(figures[0]!)[3]).toEqual(['mini', 2, 20, '18 to 22', '10 to 30']);
    expect(rowsOf(figures[1]!)).toEqual([
      ['mini', 1, 40, 60],
      ['mini', 2, 0, 100],
    ]);
    expect(rowsOf(figures[2]!)).toEqual([['all', 'a', 7]]);
  });

  it('have round ticks', () => {
    expect(ticks(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(0, 0.51)).toEqual([0, 0.2, 0.4]);
    expect(ticks(-3, 7)).toEqual([-2, 0, 2, 4, 6]);
  });
});

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const positive = fc.double({ min: 0, max: 1e6, noNaN: true });
const maybe = fc.option(number);
const pair = fc.tuple(maybe, maybe);
const role = fc.constantFrom('paper', 'ours', 'untrained', 'shuffled');
const name = fc.string({ maxLength: 40 });
const named = { title: name, unit: name };
const point = fc.record(
  {
    depth: fc.double({ min: 0, max: 1, noNaN: true }),
    layer: fc.integer({ min: 1, max: 99 }),
    value: maybe,
    interval: pair,
    quartiles: pair,
  },
  { requiredKeys: ['depth', 'layer', 'value'] },
);
const anyFigure: fc.Arbitrary<Figure> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('depth'),
      ...named,
      range: fc.tuple(number, number).map(([a, b]): [number, number] => (a < b ? [a, b] : [b, a + 1])),
      series: fc.array(fc.record({ name, role, points: fc.array(point) })),
    },
    { requiredKeys: ['kind', 'title', 'unit', 'series'] },
  ),
  fc.integer({ min: 1, max: 8 }).chain((parts) =>
    fc.record({
      kind: fc.constant('stacked'),
      ...named,
      parts: fc.array(name, { minLength: parts, maxLength: parts }),
      range: fc.constantFrom(undefined, 'own'),
      panels: fc.array(
        fc
          .array(fc.array(positive, { minLength: parts, maxLength: parts }), { minLength: 1, maxLength: 20 })
          .chain((layers) =>
            fc.record({
              name,
              role,
              layers: fc.constant(layers),
              labels: fc.option(fc.array(name, { minLength: layers.length, maxLength: layers.length }), {
                nil: undefined,
              }),
            }),
          ),
      ),
    }),
  ),
  fc.record({
    kind: fc.constant('bars'),
    ...named,
    bars: fc.array(fc.record({ label: name, parts: fc.array(fc.record({ name, value: positive })) })),
  }),
) as fc.Arbitrary<Figure>;

describe('whatever a figure shows', () => {
  it('lies inside of its box', () => {
    fc.assert(
      fc.property(anyFigure, fc.constantFrom(WIDE, NARROW), (figure, most) => {
        const markup = draw(figure, most);
        expect(markup).not.toMatch(/="[^"]*(NaN|undefined|Infinity)/);
        for (const [, width, height, body] of markup.matchAll(
          /<svg[^>]* viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>(.*?)<\/svg>/gs,
        )) {
          expect(Number(width)).toBeLessThanOrEqual(most + 0.1);
          const within = (value: number, size: number, what: string) => {
            if (!(value >= -0.1 && value <= size + 0.1)) throw new Error(`${what}: ${value} of ${size}`);
          };
          for (const [what, axis, value] of body!.matchAll(/ (?:c|)(x|y)[12]?="([^"]*)"/g))
            within(Number(value), Number(axis === 'x' ? width : height), what!);
          for (const [what, x, y, w, h] of body!.matchAll(
            /<rect[^>]* x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"/g,
          )) {
            within(Number(x) + Number(w), Number(width), what!);
            within(Number(y) + Number(h), Number(height), what!);
          }
          for (const [what, points] of body!.matchAll(/ points="([^"]*)"/g))
            for (const [x, y] of points!
              .split(' ')
              .filter(Boolean)
              .map((each) => each.split(',').map(Number))) {
              within(x!, Number(width), what!);
              within(y!, Number(height), what!);
            }
          for (const [what, x, from, to] of body!.matchAll(/class="whisker" d="M(\S+) (\S+?)V(\S+?)M/g)) {
            within(Number(x), Number(width), what!);
            within(Number(from), Number(height), what!);
            within(Number(to), Number(height), what!);
          }
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
