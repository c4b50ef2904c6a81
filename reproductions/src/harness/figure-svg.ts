import { shown } from './format';
import type { Figure } from './result-schema';

type DepthFigure = Extract<Figure, { kind: 'depth' }>;
type StackedFigure = Extract<Figure, { kind: 'stacked' }>;
type BarsFigure = Extract<Figure, { kind: 'bars' }>;
type Series = DepthFigure['series'][number];

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

const round = (value: number): string => String(Math.round(value * 10) / 10);

const svg = (width: number, height: number, title: string, body: string): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}" xmlns="http://www.w3.org/2000/svg">${body}</svg>`;

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeHtml(content)}</text>`;

/** Round ticks that cover [low, high]. */
export function ticks(low: number, high: number, count = 5): number[] {
  const raw = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** One mark per role, so that colour is never the only difference. */
function mark(role: Series['role'], x: number, y: number): string {
  const [cx, cy] = [round(x), round(y)];
  if (role === 'paper') return `<circle class="mark" cx="${cx}" cy="${cy}" r="3.2"/>`;
  if (role === 'ours') return `<circle class="mark" cx="${cx}" cy="${cy}" r="4"/>`;
  if (role === 'shuffled') return `<path class="mark" d="M${cx} ${round(y - 4.6)}l4.6 4.6l-4.6 4.6l-4.6 -4.6z"/>`;
  return `<path class="mark" d="M${cx} ${round(y - 4.4)}l4.2 7.4h-8.4z"/>`;
}

/** Lines over relative depth: the paper's 16 layers and our 6 share one axis. */
function depthSvg(figure: DepthFigure): string {
  const width = 760;
  const keys = legendPlaces(figure.series, 58, width - 18);
  const rows = 1 + Math.max(0, ...keys.map(({ row }) => row));
  const height = 318 + 22 * rows;
  const box = { left: 58, right: width - 18, top: 16, bottom: 268 };
  const all = figure.series.flatMap(({ points }) =>
    points.flatMap(({ value, interval, quartiles }) => [value, ...(interval ?? []), ...(quartiles ?? [])]),
  );
  const finite = [...all, ...(figure.band ?? [])].filter((value): value is number => value !== null);
  const [low, high] = figure.range ?? [Math.min(0, ...finite) * 1.05, Math.max(0, ...finite) * 1.05];
  const x = (depth: number) => box.left + depth * (box.right - box.left);
  const y = (value: number) => box.bottom - ((value - low) / (high - low || 1)) * (box.bottom - box.top);
  const parts: string[] = [];
  if (figure.band) {
    const [from, to] = [figure.band[0] ?? low, figure.band[1] ?? high];
    parts.push(
      `<rect class="band" x="${box.left}" y="${round(y(to))}" width="${box.right - box.left}" height="${round(y(from) - y(to))}"/>`,
    );
  }
  for (const tick of ticks(low, high))
    parts.push(
      `<line class="grid" x1="${box.left}" x2="${box.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>`,
      text(box.left - 8, y(tick) + 4, String(tick), 'text-anchor="end"'),
    );
  for (const [depth, label] of [
    [0, 'input'],
    [0.25, '¼'],
    [0.5, '½'],
    [0.75, '¾'],
    [1, 'top layer'],
  ] as const)
    parts.push(
      `<line class="grid" x1="${x(depth)}" x2="${x(depth)}" y1="${box.bottom}" y2="${box.bottom + 5}"/>`,
      text(x(depth), box.bottom + 20, label, `text-anchor="${depth === 1 ? 'end' : depth === 0 ? 'start' : 'middle'}"`),
    );
  parts.push(text(box.left, box.bottom + 38, 'depth (layer / number of layers)', 'class="axis"'));
  const order = ['paper', 'untrained', 'shuffled', 'ours'];
  for (const series of [...figure.series].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role)))
    parts.push(`<g class="${classOf(series)}">${line(series, x, y)}</g>`);
  for (const [i, series] of figure.series.entries()) {
    const [at, y] = [keys[i]!.x, 328 + 22 * keys[i]!.row];
    parts.push(
      `<g class="${classOf(series)}"><line class="line" x1="${at}" x2="${at + 26}" y1="${y}" y2="${y}"/>${mark(series.role, at + 13, y)}</g>`,
      text(at + 33, y + 4, series.name),
    );
  }
  return svg(width, height, figure.title, parts.join(''));
}

const classOf = ({ role, variant }: Series): string => (variant === undefined ? role : `${role} variant-${variant}`);

/** Where each entry of a legend stands; a row that is full goes on in the next one. */
function legendPlaces(series: readonly Series[], left: number, right: number): { x: number; row: number }[] {
  let [x, row] = [left, 0];
  return series.map(({ name }) => {
    const span = 33 + name.length * 6.7 + 20;
    if (x > left && x + span > right + 20) [x, row] = [left, row + 1];
    const place = { x, row };
    x += span;
    return place;
  });
}

function line({ points, role }: Series, x: (d: number) => number, y: (v: number) => number): string {
  const drawn = points.filter((point): point is typeof point & { value: number } => point.value !== null);
  const parts: string[] = [];
  const boxed = drawn.filter(({ quartiles }) => quartiles && quartiles[0] !== null && quartiles[1] !== null);
  if (boxed.length > 1 && (role === 'paper' || role === 'ours')) {
    const upper = boxed.map(({ depth, quartiles }) => `${round(x(depth))},${round(y(quartiles![1]!))}`);
    const lower = boxed.map(({ depth, quartiles }) => `${round(x(depth))},${round(y(quartiles![0]!))}`).reverse();
    parts.push(`<polygon class="ribbon" points="${[...upper, ...lower].join(' ')}"/>`);
  }
  parts.push(
    `<polyline class="line" points="${drawn.map(({ depth, value }) => `${round(x(depth))},${round(y(value))}`).join(' ')}"/>`,
  );
  for (const { depth, layer, value, interval } of drawn) {
    const [from, to] = interval ?? [null, null];
    if (from !== null && to !== null && from !== to) {
      const at = x(depth);
      parts.push(
        `<path class="whisker" d="M${round(at)} ${round(y(from))}V${round(y(to))}M${round(at - 4)} ${round(y(from))}h8M${round(at - 4)} ${round(y(to))}h8"/>`,
      );
    }
    parts.push(`<g><title>layer ${layer}: ${shown(value)}</title>${mark(role, x(depth), y(value))}</g>`);
  }
  return parts.join('');
}

/** Stacked shares per layer (or bin), one panel each for the paper, ours and the controls. */
function stackedSvg(figure: StackedFigure): string {
  const [width, height] = [760, 320];
  const [left, top, bottom] = [40, 34, height - 62];
  const own = figure.range === 'own';
  const gap = own ? 56 : 22;
  const least = figure.panels.some(({ labels }) => labels) ? 1 : 6;
  const columns = figure.panels.reduce((sum, { layers }) => sum + Math.max(layers.length, least), 0);
  const unit = (width - left - 10 - gap * (figure.panels.length - 1)) / columns;
  const parts: string[] = [];
  let from = left;
  for (const [panel, { name, layers, labels }] of figure.panels.entries()) {
    const span = unit * Math.max(layers.length, least);
    const step = span / layers.length;
    const sums = layers.map((shares) => shares.reduce((sum, share) => sum + share, 0));
    const most = own ? Math.max(...sums) * 1.05 || 1 : 100;
    const y = (share: number) => bottom - (share / most) * (bottom - top);
    for (const tick of own ? ticks(0, most, 4) : [0, 25, 50, 75, 100]) {
      const [x1, x2] = [round(from), round(own ? from + span : width - 10)];
      if (own || panel === 0)
        parts.push(
          `<line class="grid" x1="${x1}" x2="${x2}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>`,
          text(from - 6, y(tick) + 4, String(tick), 'text-anchor="end"'),
        );
    }
    parts.push(text(from + span / 2, top - 12, name, 'text-anchor="middle" class="strong"'));
    for (const [i, shares] of layers.entries()) {
      let sum = 0;
      const what = labels ? labels[i]! : `layer ${i + 1}`;
      for (const [part, share] of shares.entries()) {
        if (share > 0)
          parts.push(
            `<rect class="part part-${part}" x="${round(from + i * step + step * 0.08)}" y="${round(y(sum + share))}" width="${round(step * 0.84)}" height="${round(y(sum) - y(sum + share))}"><title>${escapeHtml(`${what}, ${figure.parts[part]!}`)}: ${shown(share)} %</title></rect>`,
          );
        sum += share;
      }
      const middle = from + (i + 0.5) * step;
      // Labels longer than their column stand in two rows by turns.
      const lower = labels && Math.max(...labels.map(({ length }) => length)) * 6.7 > step && i % 2 === 1;
      if (labels) parts.push(text(middle, bottom + (lower ? 30 : 16), what, 'text-anchor="middle" class="axis"'));
      else if (layers.length <= 8 || i % 3 === 0 || i === layers.length - 1)
        parts.push(text(middle, bottom + 16, String(i + 1), 'text-anchor="middle"'));
    }
    from += span + gap;
  }
  parts.push(text(left, bottom + (figure.axis ? 46 : 32), figure.axis ?? 'layer', 'class="axis"'));
  // One part needs no legend: the title says what it is.
  const named = figure.parts.length > 1 ? legend(figure.parts, left, height + 12) : '';
  return svg(width, height + (named ? 22 : 0), figure.title, parts.join('') + named);
}

function legend(names: readonly string[], left: number, y: number): string {
  let at = left;
  return names
    .map((name, i) => {
      const entry = `<rect class="part part-${i}" x="${round(at)}" y="${y - 10}" width="12" height="12"/>${text(at + 18, y, name)}`;
      at += 18 + name.length * 6.7 + 24;
      return entry;
    })
    .join('');
}

/** Horizontal stacked bars on one scale. */
function barsSvg(figure: BarsFigure): string {
  const row = 30;
  const [width, height] = [760, figure.bars.length * row + 46];
  const [left, right] = [150, width - 110];
  const sums = figure.bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const largest = Math.max(...sums);
  const names = [...new Set(figure.bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const body = figure.bars.map(({ label, parts }, i) => {
    let at = left;
    const rects = parts.map(({ name, value }) => {
      const span = (value / largest) * (right - left);
      const rect = `<rect class="part part-${names.indexOf(name)}" x="${round(at)}" y="${i * row + 6}" width="${round(span)}" height="${row - 10}"><title>${escapeHtml(name)}: ${shown(value)}</title></rect>`;
      at += span;
      return rect;
    });
    return (
      text(left - 8, i * row + 21, label, 'text-anchor="end"') +
      rects.join('') +
      text(at + 7, i * row + 21, shown(sums[i]!))
    );
  });
  return svg(width, height, figure.title, body.join('') + legend(names, left, height - 10));
}

/** The figure as one inline SVG; colours come from the page's style sheet. Equal data gives equal bytes. */
export function figureSvg(figure: Figure): string {
  if (figure.kind === 'depth') return depthSvg(figure);
  return figure.kind === 'stacked' ? stackedSvg(figure) : barsSvg(figure);
}

export interface Table {
  columns: string[];
  rows: (string | number | null)[][];
}

/** The numbers that a figure shows. */
export function figureTable(figure: Figure): Table {
  if (figure.kind === 'bars')
    return {
      columns: ['', 'part', figure.unit],
      rows: figure.bars.flatMap(({ label, parts }) => parts.map(({ name, value }) => [label, name, value])),
    };
  if (figure.kind === 'stacked')
    return {
      columns: ['', figure.axis ?? 'layer', ...figure.parts.map((part) => `${part}, ${figure.unit}`)],
      rows: figure.panels.flatMap(({ name, layers, labels }) =>
        layers.map((shares, i) => [name, labels ? labels[i]! : i + 1, ...shares]),
      ),
    };
  const boxed = figure.series.some(({ points }) => points.some(({ quartiles }) => quartiles));
  return {
    columns: ['', 'layer', figure.unit, 'interval', ...(boxed ? ['quartiles'] : [])],
    rows: figure.series.flatMap(({ name, points }) =>
      points.map(({ layer, value, interval, quartiles }) => [
        name,
        layer,
        value,
        interval ? `${shown(interval[0])} to ${shown(interval[1])}` : '',
        ...(boxed ? [quartiles ? `${shown(quartiles[0])} to ${shown(quartiles[1])}` : ''] : []),
      ]),
    ),
  };
}
