import type { Figure } from '../../claim/schema';
import { shown, shownRange } from '../format';
import { type Html, html } from '../markup';
import { gridLine, type Kind, LETTER, label, legend, round, svg, ticks, upwards } from './plot';

type Depth = Extract<Figure, { kind: 'depth' }>;
type Series = Depth['series'][number];
type Scale = (value: number) => number;

/** The controls first and ours last, so that nothing covers what a claim is about. */
const ORDER: readonly Series['role'][] = ['paper', 'ceiling', 'untrained', 'shuffled', 'ours'];
const DEPTHS = [
  [0, 'input', 'start'],
  [0.25, '¼', 'middle'],
  [0.5, '½', 'middle'],
  [0.75, '¾', 'middle'],
  [1, 'top layer', 'end'],
] as const;

/** Lines over relative depth: models of 16 and of 6 layers share one axis. */
export const depth: Kind<Depth> = {
  draw(figure, width) {
    const range = rangeOf(figure);
    const steps = ticks(...range);
    const left = 10 + LETTER * Math.max(...steps.map((tick) => String(tick).length));
    const box = { left, right: width - 8, top: 12, bottom: 190 + width / 10 };
    const x: Scale = (depth) => box.left + depth * (box.right - box.left);
    const y = upwards(range, box);
    const ordered = [...figure.series].sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
    const body = [
      steps.map((tick) => [
        gridLine(box.left, box.right, y(tick)),
        label(box.left - 8, y(tick) + 4, String(tick), 'end'),
      ]),
      DEPTHS.filter(([depth]) => width > 400 || depth % 0.5 === 0).map(([depth, name, anchor]) =>
        label(x(depth), box.bottom + 20, name, anchor),
      ),
      label(box.left, box.bottom + 42, 'depth (layer / number of layers)', 'start'),
      ordered.map((series) => html`<g class="${classOf(series)}">${line(series, x, y)}</g>`),
    ];
    return svg(`${figure.title}, ${figure.unit}`, [width, box.bottom + 50], body);
  },
  keys: ({ series }) => legend(series.map((each) => [each.name, key(each)])),
  table({ series, unit }) {
    const boxed = series.some(({ points }) => points.some(({ quartiles }) => quartiles));
    const ends = (pair?: readonly (number | null)[]) => (pair ? shownRange(pair) : '');
    return {
      columns: ['line', 'layer', unit, 'interval', ...(boxed ? ['quartiles'] : [])],
      rows: series.flatMap(({ name, points }) =>
        points.map(({ layer, value, interval, quartiles }) => [
          name,
          layer,
          value,
          ends(interval),
          ...(boxed ? [ends(quartiles)] : []),
        ]),
      ),
    };
  },
};

/** All that is drawn, zero, and the range that the figure asks for: nothing lies outside of the box. */
function rangeOf({ range, series }: Depth): [number, number] {
  const values = series
    .flatMap(({ points }) => points)
    .flatMap(({ value, interval, quartiles }) => [value, ...(interval ?? []), ...(quartiles ?? [])])
    .filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return range ? [Math.min(range[0], low), Math.max(range[1], high)] : [low * 1.05, high * 1.05];
}

const classOf = ({ role, variant }: Series): string =>
  variant === undefined ? role : `${role} variant-${variant % 3}`;

/** One mark for each role, so that colour is never the only difference. */
function mark(role: Series['role'], x: number, y: number): Html {
  const [cx, cy] = [round(x), round(y)];
  if (role === 'paper') return html`<circle class="mark" cx="${cx}" cy="${cy}" r="2.6"/>`;
  if (role === 'ours') return html`<circle class="mark" cx="${cx}" cy="${cy}" r="3.2"/>`;
  if (role === 'shuffled') return html`<path class="mark" d="M${cx} ${round(y - 3.8)}l3.8 3.8l-3.8 3.8l-3.8 -3.8z"/>`;
  return html`<path class="mark" d="M${cx} ${round(y - 3.6)}l3.4 6h-6.8z"/>`;
}

const key = (series: Series): Html =>
  html`<svg class="${classOf(series)}" width="30" height="14" aria-hidden="true"><line class="line" x1="0" x2="30" y1="7" y2="7"/>${mark(series.role, 15, 7)}</svg>`;

function line({ points, role }: Series, x: Scale, y: Scale): Html {
  const drawn = points.flatMap(({ value, ...point }) => (value === null ? [] : [{ ...point, value }]));
  const at = (depth: number, value: number) => `${round(x(depth))},${round(y(value))}`;
  const boxes = drawn.flatMap(({ depth, quartiles: [low, high] = [null, null] }) =>
    low === null || high === null ? [] : [{ depth, low, high }],
  );
  const ribbon = [
    ...boxes.map(({ depth, high }) => at(depth, high)),
    ...boxes.map(({ depth, low }) => at(depth, low)).reverse(),
  ];
  const marks = drawn.map(({ depth, layer, value, interval: [from, to] = [null, null] }) => {
    const left = round(x(depth) - 3);
    const whisker =
      from !== null &&
      to !== null &&
      from !== to &&
      html`<path class="whisker" d="M${round(x(depth))} ${round(y(from))}V${round(y(to))}M${left} ${round(y(from))}h6M${left} ${round(y(to))}h6"/>`;
    return html`${whisker}<g><title>layer ${layer}: ${shown(value)}</title>${mark(role, x(depth), y(value))}</g>`;
  });
  const shaded = boxes.length > 1 && (role === 'paper' || role === 'ours');
  return html`${shaded && html`<polygon class="ribbon" points="${ribbon.join(' ')}"/>`}<polyline class="line" points="${drawn.map(({ depth, value }) => at(depth, value)).join(' ')}"/>${marks}`;
}
