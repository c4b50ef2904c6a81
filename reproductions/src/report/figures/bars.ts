import type { Figure } from '../../claim/schema';
import { shown } from '../format';
import { block, type Kind, LETTER, label, partLegend, svg } from './plot';

type Bars = Extract<Figure, { kind: 'bars' }>;

const ROW = 44;

const partsOf = (bars: Bars['bars']): string[] => [
  ...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name))),
];

/** Horizontal stacked bars on one scale, each with its name above it and its sum behind it. */
export const bars: Kind<Bars> = {
  draw({ title, unit, bars }, width) {
    const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
    const longest = Math.max(0, ...sums.map((sum) => shown(sum).length));
    const scale = (width - 12 - LETTER * longest) / (Math.max(...sums) || 1);
    const names = partsOf(bars);
    const rows = bars.map(({ label: name, parts }, i) => {
      let left = 0;
      const blocks = parts.map(({ name, value }) => {
        const place = [left, i * ROW + 21, value * scale, 15];
        left += value * scale;
        return block(place, names.indexOf(name), `${name}: ${shown(value)}`);
      });
      return [label(0, i * ROW + 16, name, 'start'), blocks, label(left + 8, i * ROW + 33, shown(sums[i]), 'start')];
    });
    return svg(`${title}, ${unit}`, [width, bars.length * ROW], rows);
  },
  keys: ({ bars }) => partLegend(partsOf(bars)),
  table: ({ bars, unit }) => ({
    columns: ['bar', 'part', unit],
    rows: bars.flatMap(({ label, parts }) => parts.map(({ name, value }) => [label, name, value])),
  }),
};
