import { sum } from 'd3-array';
import { checkLength, checkNumber } from '../check';
import { formatNumber } from '../format-number';
import type { Described, Kind, Panel } from '../kind';
import { axis, block, columnNames, gridLine, label, partKeys, type Role, widthOf } from '../marks';
import { html } from '../markup';

/** Shares stacked layer by layer, or bin by bin, in one panel for each model. */
export interface StackedShares extends Described {
  kind: 'stacked';
  /** The names of the parts, lowest first. */
  parts: readonly string[];
  panels: readonly SharesPanel[];
  /** What runs along the columns; layers by default. */
  axis?: string;
  /** `own`: each panel has its own scale, from 0; otherwise all run from 0 to 100. */
  range?: 'own';
}

export interface SharesPanel {
  name: string;
  role: Role;
  /** [column][part] */
  layers: readonly (readonly (number | null)[])[];
  /** Names of the columns, where they are not layers. */
  labels?: readonly string[];
}

const BOX = { left: 40, top: 10, bottom: 210 };

export const stackedShares: Kind<StackedShares> = {
  check({ title, parts, panels }) {
    for (const { name, layers, labels } of panels) {
      if (labels) checkLength(title, `labels of panel "${name}"`, labels.length, layers.length, 'column');
      for (const [i, shares] of layers.entries()) {
        const column = `column ${i + 1} of panel "${name}"`;
        checkLength(title, column, shares.length, parts.length, 'part');
        for (const share of shares) checkNumber(title, column, share, 0);
      }
    }
  },
  panels: (figures, width) => figures.flatMap((figure) => figure.panels.map((panel) => draw(panel, figure, width))),
  keys: ([figure]) => (figure!.parts.length > 1 ? partKeys(figure!.parts) : []),
  table: ({ axis, parts, panels, unit }) => ({
    columns: ['panel', axis ?? 'layer', ...parts.map((part) => `${part}, ${unit}`)],
    rows: panels.flatMap(({ name, layers, labels }) =>
      layers.map((shares, i) => [name, labels?.[i] ?? i + 1, ...shares]),
    ),
  }),
  describe: ({ parts, panels, axis }) =>
    `Shares of ${parts.join(', ')} by ${axis ?? 'layer'}, in panels: ${panels.map(({ name }) => name).join(', ')}.`,
  axis: ({ axis }) => axis ?? 'layer',
};

function draw(
  { name, layers, labels }: SharesPanel,
  { title, unit, parts, range }: StackedShares,
  width: number,
): Panel {
  const names = layers.map((_, i) => labels?.[i] ?? String(i + 1));
  const needed = widthOf(names.map((each) => each.slice(0, 12))) + 8;
  const step = Math.min(labels ? Math.max(36, needed) : 16, (width - BOX.left - 4) / layers.length);
  const below = columnNames(names, step, labels !== undefined);
  const right = BOX.left + Math.max(64, step * layers.length);
  const largest = Math.max(0, ...layers.map((shares) => sum(shares)));
  const most = range === 'own' ? largest * 1.05 || 1 : largest > 100.01 ? largest : 100;
  const { scale: y, ticks } = axis([0, most], [BOX.bottom, BOX.top], 4);
  const columns = layers.map((shares, i) => {
    const [left, what] = [BOX.left + i * step, labels?.[i] ?? `layer ${i + 1}`];
    let before = 0;
    const stack = shares.map((value, part) => {
      const share = value ?? 0;
      const bottom = y(before);
      before += share;
      const place = [left + step * 0.08, y(before), step * 0.84, bottom - y(before)] as const;
      return share > 0 && block(place, part, `${what}, ${parts[part]}: ${formatNumber(share)} ${unit}`);
    });
    return [stack, below.draw(i, left + step / 2, BOX.bottom)];
  });
  return {
    name,
    label: `${title}: ${name}`,
    width: right + 4,
    height: BOX.bottom + below.height,
    body: html`${ticks.map(({ at, text }) => [gridLine(BOX.left, right, at, at), label(BOX.left - 6, at + 4, text, 'end')])}${columns}`,
  };
}
