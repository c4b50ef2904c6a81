import { sum } from 'd3-array';
import { checkNumber } from '../check';
import { formatNumber } from '../format-number';
import type { Described, Kind } from '../kind';
import { axis, block, LETTER, label, partKeys, shorten, widthOf } from '../marks';
import { html } from '../markup';

/** Horizontal bars from 0, each stacked from parts. */
export interface Bars extends Described {
  kind: 'bars';
  bars: readonly { label: string; parts: readonly { name: string; value: number }[] }[];
}

const ROW = 44;

const sums = ({ bars }: Bars): number[] => bars.map(({ parts }) => sum(parts, ({ value }) => value));
const partsOf = (figures: readonly Bars[]): string[] => [
  ...new Set(figures.flatMap(({ bars }) => bars.flatMap(({ parts }) => parts.map(({ name }) => name)))),
];

/** Each bar has its name above it and its sum behind it. */
export const bars: Kind<Bars> = {
  check({ title, bars }) {
    for (const { label, parts } of bars)
      for (const { name, value } of parts) checkNumber(title, `"${label}", ${name},`, value, 0);
  },
  panels(figures, width) {
    const all = figures.flatMap(sums);
    const room = width - 12 - widthOf(all.map(formatNumber));
    const { scale: x } = axis([0, Math.max(0, ...all)], [0, room]);
    const names = partsOf(figures);
    return figures.map((figure) => {
      const totals = sums(figure);
      const rows = figure.bars.map(({ label: name, parts }, i) => {
        let before = 0;
        const blocks = parts.map(({ name, value }) => {
          const left = x(before);
          before += value;
          const place = [left, i * ROW + 21, x(before) - left, 15] as const;
          return block(place, names.indexOf(name), `${name}: ${formatNumber(value)}`);
        });
        const total = label(x(totals[i]!) + 8, i * ROW + 33, formatNumber(totals[i]), 'start');
        return [label(0, i * ROW + 16, shorten(name, Math.floor(width / LETTER)), 'start'), blocks, total];
      });
      return {
        label: `${figure.title}, ${figure.unit}`,
        width,
        height: figure.bars.length * ROW,
        body: html`${rows}`,
      };
    });
  },
  keys: (figures) => partKeys(partsOf(figures)),
  table: ({ bars, unit }) => ({
    columns: ['bar', 'part', unit],
    rows: bars.flatMap(({ label, parts }) => parts.map(({ name, value }) => [label, name, value])),
  }),
  describe: (figure) =>
    `Bars: ${figure.bars.map(({ label }, i) => `${label} ${formatNumber(sums(figure)[i])}`).join(', ')}.`,
};
