import type { Figure } from '../../claim/schema';
import { shown } from '../format';
import { html } from '../markup';
import { block, type Kind, label, partLegend, svg } from './plot';

const [WIDTH, ROW] = [560, 44];
/** What is left of a bar's length, for its sum. */
const LENGTH = WIDTH - 140;

/** Horizontal stacked bars on one scale, each with its name above it. */
export const bars: Kind<Extract<Figure, { kind: 'bars' }>> = {
  draw({ title, unit, bars }) {
    const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
    const scale = LENGTH / (Math.max(...sums) || 1);
    const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
    const rows = bars.map(({ label: name, parts }, i) => {
      let left = 0;
      const blocks = parts.map(({ name, value }) => {
        const place = [left, i * ROW + 21, value * scale, 15];
        left += value * scale;
        return block(place, names.indexOf(name), `${name}: ${shown(value)}`);
      });
      return [label(0, i * ROW + 16, name, 'start'), blocks, label(left + 8, i * ROW + 33, shown(sums[i]), 'start')];
    });
    return html`${svg(`${title}, ${unit}`, [WIDTH, bars.length * ROW], rows, true)}${partLegend(names)}`;
  },
  table: ({ bars, unit }) => ({
    columns: ['', 'part', unit],
    rows: bars.flatMap(({ label, parts }) => parts.map(({ name, value }) => [label, name, value])),
  }),
};
