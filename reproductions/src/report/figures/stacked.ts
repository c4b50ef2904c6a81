import type { Figure } from '../../claim/schema';
import { shown } from '../format';
import { type Html, html } from '../markup';
import { block, gridLine, type Kind, label, partLegend, svg, ticks, upwards } from './plot';

type Stacked = Extract<Figure, { kind: 'stacked' }>;
type Panel = Stacked['panels'][number];

const BOX = { left: 40, top: 10, bottom: 210 };
/** Pixels of a letter, and the most of them that the name of a column gets. */
const [LETTER, MOST] = [7, 12];

/** Shares stacked layer by layer, or bin by bin, in one panel each for the paper, ours and the controls. */
export const stacked: Kind<Stacked> = {
  draw: (figure) =>
    html`<div class="plots">${figure.panels.map((panel) => html`<div><b>${panel.name}</b>${draw(panel, figure)}</div>`)}</div>
<p class="soft small">${figure.axis ?? 'layer'}</p>${figure.parts.length > 1 && partLegend(figure.parts)}`,
  table: ({ axis, parts, panels, unit }) => ({
    columns: ['', axis ?? 'layer', ...parts.map((part) => `${part}, ${unit}`)],
    rows: panels.flatMap(({ name, layers, labels }) =>
      layers.map((shares, i) => [name, labels?.[i] ?? i + 1, ...shares]),
    ),
  }),
};

function draw({ name, layers, labels }: Panel, { title, unit, parts, range }: Stacked): Html {
  const longest = Math.min(MOST, Math.max(0, ...(labels ?? []).map(({ length }) => length)));
  const step = labels ? Math.max(36, longest * LETTER + 8) : 16;
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
    const named = labels || layers.length <= 8 || i % 3 === 0 || i === layers.length - 1;
    const short = what.length > MOST ? `${what.slice(0, MOST - 1)}…` : what;
    return [stack, named && label(left + step / 2, BOX.bottom + 17, labels ? short : String(i + 1))];
  });
  const body = [
    ticks(0, most, 4).map((tick) => [
      gridLine(BOX.left, right, y(tick)),
      label(BOX.left - 6, y(tick) + 4, String(tick), 'end'),
    ]),
    columns,
  ];
  return svg(`${title}: ${name}`, [right + 4, BOX.bottom + 24], body);
}
