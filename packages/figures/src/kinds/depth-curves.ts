import { area, line as lineOf } from 'd3-shape';
import { checkNumber, checkRange } from '../check';
import { formatNumber, formatRange } from '../format-number';
import type { Described, Key, Kind } from '../kind';
import { axis, byRole, gridLine, hint, label, mark, type Role, roleClass, whisker, widthOf } from '../marks';
import { type Html, html } from '../markup';

/** Lines over the depth of a model. */
export interface DepthCurves extends Described {
  kind: 'depth';
  /** Values that the axis covers at least; it always includes 0 and everything drawn. */
  range?: readonly [number, number];
  series: readonly DepthSeries[];
}

export interface DepthSeries {
  name: string;
  role: Role;
  /** Several things in one figure: lines of one variant share a colour, and roles differ in dashes and marks. */
  variant?: number;
  points: readonly DepthPoint[];
}

export interface DepthPoint {
  /** layer / number of layers, so that models of different depth share one axis. */
  depth: number;
  /** Counted from 1. */
  layer: number;
  value: number | null;
  /** Ends of an interval around the value, drawn as a whisker. */
  interval?: readonly [number | null, number | null];
  /** Quartiles over inputs, drawn as a band. */
  quartiles?: readonly [number | null, number | null];
}

const DEPTHS = [
  [0, 'input', 'start'],
  [0.25, '¼', 'middle'],
  [0.5, '½', 'middle'],
  [0.75, '¾', 'middle'],
  [1, 'top layer', 'end'],
] as const;

export const depthCurves: Kind<DepthCurves> = {
  check({ title, range, series }) {
    checkRange(title, range);
    for (const { name, points } of series)
      for (const { depth, layer, value, interval = [], quartiles = [] } of points) {
        const at = `"${name}", layer ${layer},`;
        if (!(depth >= 0 && depth <= 1))
          throw new Error(`${at} of figure "${title}" has depth ${depth}: give layer / number of layers, in [0, 1]`);
        for (const each of [value, ...interval, ...quartiles]) checkNumber(title, at, each);
      }
  },
  panels(figures, width) {
    const [low, high] = rangeOf(figures);
    const [top, bottom] = [12, 190 + width / 10];
    const { scale: y, ticks } = axis([low, high], [bottom, top]);
    const left = 10 + widthOf(ticks.map(({ text }) => text));
    const { scale: x } = axis([0, 1], [left, width - 8]);
    return figures.map(({ title, unit, series }) => ({
      label: `${title}, ${unit}`,
      width,
      height: bottom + 50,
      body: html`${ticks.map(({ at, text }) => [gridLine(left, width - 8, at, at), label(left - 8, at + 4, text, 'end')])}
${DEPTHS.filter(([depth]) => width > 400 || depth % 0.5 === 0).map(([depth, name, anchor]) => label(x(depth), bottom + 20, name, anchor))}
${label(left, bottom + 42, width > 260 ? 'depth (layer / number of layers)' : 'depth', 'start')}
${byRole(series).map((each) => html`<g class="${roleClass(each)}">${curve(each, x, y)}</g>`)}`,
    }));
  },
  keys: (figures) => roleKeys(figures.flatMap(({ series }) => series)),
  table({ series, unit }) {
    const hasQuartiles = series.some(({ points }) => points.some(({ quartiles }) => quartiles));
    const ends = (pair?: readonly (number | null)[]) => (pair ? formatRange(pair) : '');
    return {
      columns: ['line', 'layer', unit, 'interval', ...(hasQuartiles ? ['quartiles'] : [])],
      rows: series.flatMap(({ name, points }) =>
        points.map(({ layer, value, interval, quartiles }) => [
          name,
          layer,
          value,
          ends(interval),
          ...(hasQuartiles ? [ends(quartiles)] : []),
        ]),
      ),
    };
  },
  describe: ({ series }) => `Lines over the depth of the model: ${series.map(({ name }) => name).join(', ')}.`,
};

/** Everything drawn, 0, and the ranges of the figures: nothing lies outside the box. */
function rangeOf(figures: readonly DepthCurves[]): [number, number] {
  const values = figures
    .flatMap(({ series }) => series.flatMap(({ points }) => points))
    .flatMap(({ value, interval, quartiles }) => [value, ...(interval ?? []), ...(quartiles ?? [])])
    .filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const ranges = figures.flatMap(({ range }) => (range ? [range] : []));
  if (ranges.length === 0) return [low * 1.05, high * 1.05];
  return [Math.min(low, ...ranges.map(([start]) => start)), Math.max(high, ...ranges.map(([, end]) => end))];
}

/** One entry for each name, drawn as its line is. */
export const roleKeys = (series: readonly Pick<DepthSeries, 'name' | 'role' | 'variant'>[], hasLine = true): Key[] =>
  [...new Map(series.map((each) => [`${each.name} ${roleClass(each)}`, each])).values()].map((each) => ({
    name: each.name,
    width: 30,
    height: 14,
    body: html`<g class="${roleClass(each)}">${hasLine && html`<line class="line" x1="0" x2="30" y1="7" y2="7"/>`}${mark(each.role, 15, 7)}</g>`,
  }));

type Scale = (value: number) => number;

function curve({ points, role }: DepthSeries, x: Scale, y: Scale): Html {
  const present = points.flatMap(({ value, ...point }) => (value === null ? [] : [{ ...point, value }]));
  const bands = present.flatMap(({ depth, quartiles: [low, high] = [null, null] }) =>
    low === null || high === null ? [] : [{ depth, low, high }],
  );
  const ribbon = area<(typeof bands)[number]>(
    ({ depth }) => x(depth),
    ({ low }) => y(low),
    ({ high }) => y(high),
  ).digits(1);
  const path = lineOf<(typeof present)[number]>(
    ({ depth }) => x(depth),
    ({ value }) => y(value),
  ).digits(1);
  const marks = present.map(({ depth, layer, value, interval: [from, to] = [null, null] }) => [
    from !== null && to !== null && from !== to && whisker(x(depth), y(from), y(to)),
    hint(`layer ${layer}: ${formatNumber(value)}`, mark(role, x(depth), y(value))),
  ]);
  const isShaded = bands.length > 1 && (role === 'paper' || role === 'ours');
  return html`${isShaded && html`<path class="ribbon" d="${ribbon(bands)}"/>`}<path class="line" d="${path(present)}"/>${marks}`;
}
