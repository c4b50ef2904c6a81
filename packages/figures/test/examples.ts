import fc from 'fast-check';
import { type Figure, figureHtml } from '../src';

/** One figure of each kind, with numbers that are easy to place by hand. */
export const examples = {
  depth: {
    kind: 'depth',
    title: 'Hits',
    unit: '%',
    range: [0, 100],
    note: 'Whiskers: 95 % intervals.',
    series: [
      {
        name: 'paper',
        role: 'paper',
        points: [
          { depth: 0.5, layer: 1, value: 3 },
          { depth: 1, layer: 2, value: 86 },
        ],
      },
      {
        name: 'mini',
        role: 'ours',
        points: [
          { depth: 0.25, layer: 1, value: 1, interval: [0, 2] },
          { depth: 0.5, layer: 2, value: 20, interval: [18, 22], quartiles: [10, 30] },
          { depth: 1, layer: 4, value: 40, interval: [38, 42], quartiles: [20, 60] },
        ],
      },
      { name: 'untrained', role: 'untrained', points: [{ depth: 1, layer: 3, value: null }] },
      { name: 'shuffled pairs', role: 'shuffled', points: [{ depth: 1, layer: 3, value: 35 }] },
    ],
  },
  stacked: {
    kind: 'stacked',
    title: 'Cases',
    unit: '%',
    parts: ['a', 'b'],
    panels: [
      {
        name: 'mini',
        role: 'ours',
        layers: [
          [40, 60],
          [0, 100],
        ],
      },
    ],
  },
  bars: {
    kind: 'bars',
    title: 'Counts',
    unit: 'parameters',
    bars: [
      {
        label: 'all',
        parts: [
          { name: 'a', value: 30 },
          { name: 'b', value: 70 },
        ],
      },
      { label: 'half', parts: [{ name: 'b', value: 50 }] },
    ],
  },
  scatter: {
    kind: 'scatter',
    title: 'Gain by output',
    unit: 'γ',
    x: 'mean output',
    series: [
      {
        name: 'trained',
        role: 'ours',
        points: [
          { x: 0, y: 0, label: 'dimension 1' },
          { x: 100, y: 40, interval: [30, 50] },
        ],
      },
      { name: 'untrained', role: 'untrained', points: [{ x: 50, y: 20 }] },
    ],
  },
  heatmap: {
    kind: 'heatmap',
    title: 'Similarity',
    unit: 'CKA',
    rows: ['1', '2'],
    columns: ['1', '2', '3'],
    axes: { rows: 'layer', columns: 'other layer' },
    values: [
      [0, 0.5, 1],
      [0.25, null, 0.75],
    ],
  },
  multiples: {
    kind: 'multiples',
    title: 'Heads',
    unit: 'probability',
    figures: [0.5, 1].map((most, head) => ({
      kind: 'heatmap' as const,
      title: `head ${head + 1}`,
      unit: 'probability',
      rows: ['the', 'cat'],
      columns: ['the', 'cat'],
      values: [
        [most, 0],
        [0, most / 2],
      ],
    })),
  },
} satisfies Record<Figure['kind'], Figure>;

/** The drawing of a figure for one width, with its legend. */
export function drawing(figure: Figure, width = 680): string {
  const { text } = figureHtml(figure, { widths: { wide: width, narrow: 200 } });
  const [, wide] = /<div class="wide">(.*)<\/div><div class="narrow">/s.exec(text)!;
  return wide! + (/<ul class="legend">.*?<\/ul>/s.exec(text)?.[0] ?? '');
}

/** The numbers of an attribute in markup, in order. */
export const numbersOf = (markup: string, pattern: RegExp): number[] =>
  Array.from(markup.matchAll(pattern), ([, value]) => Number(value));

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const positive = fc.double({ min: 0, max: 1e6, noNaN: true });
const maybe = fc.option(number);
const pair = fc.tuple(maybe, maybe);
const role = fc.constantFrom('paper', 'ours', 'ceiling', 'untrained', 'shuffled');
const name = fc.string({ maxLength: 40 });
const named = { title: name, unit: name };
const times = <T>(each: fc.Arbitrary<T>, length: number) => fc.array(each, { minLength: length, maxLength: length });
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
const depth = fc.record(
  {
    kind: fc.constant('depth'),
    ...named,
    range: fc.tuple(number, number).map(([a, b]) => (a < b ? [a, b] : [b, a + 1])),
    series: fc.array(fc.record({ name, role, points: fc.array(point) })),
  },
  { requiredKeys: ['kind', 'title', 'unit', 'series'] },
);
const stacked = fc.integer({ min: 1, max: 8 }).chain((parts) =>
  fc.record({
    kind: fc.constant('stacked'),
    ...named,
    parts: times(name, parts),
    range: fc.constantFrom(undefined, 'own'),
    panels: fc.array(
      fc.array(times(positive, parts), { minLength: 1, maxLength: 20 }).chain((layers) =>
        fc.record({
          name,
          role,
          layers: fc.constant(layers),
          labels: fc.option(times(name, layers.length), { nil: undefined }),
        }),
      ),
    ),
  }),
);
const bars = fc.record({
  kind: fc.constant('bars'),
  ...named,
  bars: fc.array(fc.record({ label: name, parts: fc.array(fc.record({ name, value: positive })) })),
});
const scatter = fc.record({
  kind: fc.constant('scatter'),
  ...named,
  x: name,
  series: fc.array(
    fc.record({
      name,
      role,
      points: fc.array(
        fc.record({ x: number, y: number, interval: fc.tuple(number, number) }, { requiredKeys: ['x', 'y'] }),
      ),
    }),
  ),
});
const size = fc.integer({ min: 0, max: 24 });
const heatmap = fc.tuple(size, size).chain(([rows, columns]) =>
  fc.record(
    {
      kind: fc.constant('heatmap'),
      ...named,
      rows: times(name, rows),
      columns: times(name, columns),
      values: times(times(maybe, columns), rows),
      scale: fc.constantFrom('sequential', 'diverging'),
      axes: fc.record({ rows: name, columns: name }),
    },
    { requiredKeys: ['kind', 'title', 'unit', 'rows', 'columns', 'values'] },
  ),
);
const several = <T>(one: fc.Arbitrary<T>) =>
  fc.record({
    kind: fc.constant('multiples'),
    ...named,
    figures: fc
      .array(one, { minLength: 1, maxLength: 5 })
      .map((figures) => figures.map((figure) => ({ ...figure, unit: 'u', scale: 'diverging' }))),
  });

export const anyFigure = fc.oneof(
  depth,
  stacked,
  bars,
  scatter,
  heatmap,
  several(depth),
  several(bars),
  several(scatter),
  several(heatmap),
) as fc.Arbitrary<Figure>;
