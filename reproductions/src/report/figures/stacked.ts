import type { Figure } from '../../claim/schema';
import { shown } from '../format';
import { type Html, html } from '../markup';
import { block, gridLine, type Kind, LETTER, label, partLegend, svg, ticks, upwards } from './plot';

type Stacked = Extract<Figure, { kind: 'stacked' }>;
type Panel = Stacked['panels'][number];

const BOX = { left: 40, top: 10, bottom: 210 };
/** The most letters of a column's name that are shown. */
const MOST = 12;
/** How far names lean that would run into each other, in degrees, and what they take of the height and of the width. */
const TILT = { degrees: -40, height: 62, apart: 18 };

/** Shares stacked layer by layer, or bin by bin, in one panel each for the paper, ours and the controls. */
export const stacked: Kind<Stacked> = {
  draw: (figure, width) =>
    html`<div class="plots">${figure.panels.map((panel) => html`<div><b>${panel.name}</b>${draw(panel, figure, width)}</div>`)}</div>
<p class="soft">${figure.axis ?? 'layer'}</p>`,
  keys: ({ parts }) => parts.length > 1 && partLegend(parts),
  table: ({ axis, parts, panels, unit }) => ({
    columns: ['panel', axis ?? 'layer', ...parts.map((part) => `${part}, ${unit}`)],
    rows: panels.flatMap(({ name, layers, labels }) =>
      layers.map((shares, i) => [name, labels?.[i] ?? i + 1, ...shares]),
    ),
  }),
};

function draw({ name, layers, labels }: Panel, { title, unit, parts, range }: Stacked, width: number): Html {
  const names = layers.map((_, i) => labels?.[i] ?? String(i + 1));
  const needed = LETTER * Math.min(MOST, Math.max(0, ...names.map(({ length }) => length))) + 8;
  const step = Math.min(labels ? Math.max(36, needed) : 16, (width - BOX.left - 4) / layers.length);
  const isTilted = labels !== undefined && needed > step;
  const apart = Math.max(1, Math.ceil((isTilted ? TILT.apart : needed) / step));
  const right = BOX.left + Math.max(64, step * layers.length);
  const largest = Math.max(0, ...layers.map((shares) => shares.reduce<number>((sum, share) => sum + (share ?? 0), 0)));
  const most = range === 'own' ? largest * 1.05 || 1 : largest > 100.01 ? largest : 100;
  const y = upwards([0, most], BOX);
  const columns = layers.map((shares, i) => {
    const [left, what] = [BOX.left + i * step, labels?.[i] ?? `layer ${i + 1}`];
    let sum = 0;
    const stack = shares.map((value, part) => {
      const share = value ?? 0;
      const [bottom, top] = [y(sum), y((sum += share))];
      const place = [left + step * 0.08, top, step * 0.84, bottom - top];
      return share > 0 && block(place, part, `${what}, ${parts[part]}: ${shown(share)} ${unit}`);
    });
    const short = names[i]!.length > MOST ? `${names[i]!.slice(0, MOST - 1)}…` : names[i]!;
    const place = [left + step / 2, BOX.bottom + 17, short] as const;
    return [stack, i % apart === 0 && (isTilted ? label(...place, 'end', TILT.degrees) : label(...place))];
  });
  const body = [
    ticks(0, most, 4).map((tick) => [
      gridLine(BOX.left, right, y(tick)),
      label(BOX.left - 6, y(tick) + 4, String(tick), 'end'),
    ]),
    columns,
  ];
  return svg(`${title}: ${name}`, [right + 4, BOX.bottom + (isTilted ? TILT.height : 24)], body);
}
