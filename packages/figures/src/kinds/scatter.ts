import { extent } from 'd3-array';
import { checkNumber } from '../check';
import { formatNumber } from '../format-number';
import type { Described, Kind } from '../kind';
import { axis, byRole, gridLine, hint, label, mark, type Role, roleClass, whisker, widthOf } from '../marks';
import { html } from '../markup';
import { roleKeys } from './depth-curves';

/** Points by two numbers. `unit` is that of the vertical axis. */
export interface Scatter extends Described {
  kind: 'scatter';
  /** The name of the horizontal axis, with its unit. */
  x: string;
  series: readonly ScatterSeries[];
}

export interface ScatterSeries {
  name: string;
  role: Role;
  /** Series of one variant share a colour, and roles differ in marks. */
  variant?: number;
  points: readonly ScatterPoint[];
}

export interface ScatterPoint {
  x: number;
  y: number;
  /** What a resting pointer shows, beside the numbers. */
  label?: string;
  /** Ends of an interval around y, drawn as a whisker. */
  interval?: readonly [number, number];
}

export const scatter: Kind<Scatter> = {
  check({ title, series }) {
    for (const { name, points } of series)
      for (const [i, { x, y, interval = [] }] of points.entries())
        for (const each of [x, y, ...interval]) checkNumber(title, `"${name}", point ${i + 1},`, each);
  },
  panels(figures, width) {
    const points = figures.flatMap(({ series }) => series.flatMap(({ points }) => points));
    const [top, bottom] = [12, 190 + width / 10];
    const vertical = axis(padded(points.flatMap(({ y, interval = [] }) => [y, ...interval])), [bottom, top]);
    const left = 10 + widthOf(vertical.ticks.map(({ text }) => text));
    // Half of a tick's text lies beyond the last tick.
    const right = width - 24;
    const horizontal = axis(padded(points.map(({ x }) => x)), [left, right], width > 400 ? 6 : 3);
    return figures.map(({ title, unit, x, series }) => ({
      label: `${title}, ${unit} by ${x}`,
      width,
      height: bottom + 50,
      body: html`${vertical.ticks.map(({ at, text }) => [gridLine(left, right, at, at), label(left - 8, at + 4, text, 'end')])}
${horizontal.ticks.map(({ at, text }) => [gridLine(at, at, top, bottom), label(at, bottom + 20, text)])}
${label(left, bottom + 42, x, 'start')}
${byRole(series).map(
  (each) =>
    html`<g class="${roleClass(each)} points">${each.points.map(({ x, y, label: name, interval }) => [
      interval &&
        interval[0] !== interval[1] &&
        whisker(horizontal.scale(x), vertical.scale(interval[0]), vertical.scale(interval[1])),
      hint(
        `${name ? `${name}: ` : ''}${formatNumber(x)}, ${formatNumber(y)}`,
        mark(each.role, horizontal.scale(x), vertical.scale(y)),
      ),
    ])}</g>`,
)}`,
    }));
  },
  keys: (figures) =>
    roleKeys(
      figures.flatMap(({ series }) => series),
      false,
    ),
  table({ series, x, unit }) {
    const points = series.flatMap(({ name, points }) => points.map((point) => ({ name, ...point })));
    const [hasLabels, hasIntervals] = [points.some(({ label }) => label), points.some(({ interval }) => interval)];
    return {
      columns: ['series', ...(hasLabels ? ['point'] : []), x, unit, ...(hasIntervals ? ['from', 'to'] : [])],
      rows: points.map(({ name, label, x, y, interval }) => [
        name,
        ...(hasLabels ? [label ?? ''] : []),
        x,
        y,
        ...(hasIntervals ? (interval ?? ['', '']) : []),
      ]),
    };
  },
  describe: ({ series, x, unit }) =>
    `Points of ${unit} by ${x}: ${series.map(({ name, points }) => `${points.length} of ${name}`).join(', ')}.`,
};

/** The range of some values with a margin of a twentieth, so that no mark is cut. */
function padded(values: readonly number[]): [number, number] {
  const [low = 0, high = 1] = extent(values);
  const margin = (high - low) / 20 || 0.5;
  return [low - margin, high + margin];
}
