import { extent } from 'd3-array';
import { checkLength, checkNumber, checkRange } from '../check';
import { type ColourScale, colourOf, colours, inkOn } from '../colour-scale';
import { formatNumber } from '../format-number';
import type { Described, Key, Kind, Panel } from '../kind';
import { axis, columnNames, LETTER, label, round, shorten, widthOf } from '../marks';
import { type Html, html } from '../markup';

/** A matrix with tokens, layers or models on both axes. */
export interface Heatmap extends Described {
  kind: 'heatmap';
  /** Names of the rows, top first, and of the columns. */
  rows: readonly string[];
  columns: readonly string[];
  /** [row][column]; null where there is no value. */
  values: readonly (readonly (number | null)[])[];
  /** What the rows and the columns are. */
  axes?: { rows: string; columns: string };
  /** The values that the colours cover at least; by default those of the matrix. */
  range?: readonly [number, number];
  /** `diverging` for values of both signs, with 0 in the middle; `sequential` by default. */
  scale?: ColourScale;
}

/** Beyond this many rows or columns cells are smaller than three pixels. */
const MOST = 128;
const LARGEST_CELL = 56;
const LETTERS = 14;
/** The height of a line of text. */
const LINE = 14;

export const heatmap: Kind<Heatmap> = {
  check({ title, rows, columns, values, range }) {
    checkRange(title, range);
    checkLength(title, 'values', values.length, rows.length, 'row');
    if (Math.max(rows.length, columns.length) > MOST)
      throw new Error(
        `figure "${title}" has ${rows.length} × ${columns.length} cells: a heatmap shows at most ${MOST} on a side; attentionMapPage shows more`,
      );
    for (const [i, row] of values.entries()) {
      checkLength(title, `values[${i}]`, row.length, columns.length, 'column');
      for (const [j, value] of row.entries()) checkNumber(title, `values[${i}][${j}]`, value);
    }
  },
  panels(figures, width) {
    const domain = domainOf(figures);
    return figures.map((figure) => draw(figure, domain, width));
  },
  keys: (figures) => [colourKey(figures)],
  table: ({ axes, rows, columns, values }) => ({
    columns: [axes ? `${axes.rows} \\ ${axes.columns}` : 'row', ...columns],
    rows: rows.map((name, i) => [name, ...values[i]!]),
  }),
  describe({ axes, rows, columns, values, unit }) {
    const [low, high] = extent(values.flat().filter((value) => value !== null));
    const size = `A matrix of ${rows.length} ${axes?.rows ?? 'rows'} by ${columns.length} ${axes?.columns ?? 'columns'}`;
    return low === undefined
      ? `${size}, empty.`
      : `${size}: from ${formatNumber(low)} to ${formatNumber(high)} ${unit}.`;
  },
};

/** One domain for all figures: their values and ranges, around 0 where colours diverge. */
function domainOf(figures: readonly Heatmap[]): [number, number] {
  const values = figures.flatMap(({ values, range = [] }) => [...values.flat(), ...range]);
  const [low = 0, high = 1] = extent(values.filter((value) => value !== null));
  if (figures[0]!.scale !== 'diverging') return [low, high];
  const most = Math.max(-low, high) || 1;
  return [-most, most];
}

function draw(figure: Heatmap, domain: readonly [number, number], width: number): Panel {
  const { title, unit, rows, columns, values, axes, scale = 'sequential' } = figure;
  const rowNames = rows.map((name) => shorten(name, LETTERS));
  const margin = axes ? LINE + 6 : 0;
  const roomFor = (left: number) => Math.min(LARGEST_CELL, (width - left - 2) / Math.max(1, columns.length));
  const leftOf = (overhang: number) => margin + Math.max(widthOf(rowNames) + 8, overhang);
  // Leaning names need room on the left. That makes cells smaller, so they still lean.
  const left = leftOf(columnNames(columns, roomFor(leftOf(0))).overhang);
  const cell = roomFor(left);
  const below = columnNames(columns, cell);
  const [top, bottom] = [2, 2 + rows.length * cell];
  const colour = colourOf(scale, domain);
  const texts = values.map((row) => row.map(formatNumber));
  const shown = texts.flatMap((row, i) => row.filter((_, j) => values[i]![j] !== null));
  const hasNumbers = widthOf(shown) + 6 <= cell && cell >= LINE + 4;
  const every = Math.ceil(LINE / cell);
  const cells = values.map((row, i) =>
    row.map((value, j) => {
      const [x, y] = [round(left + j * cell), round(top + i * cell)];
      const title = html`<title>${rows[i]}, ${columns[j]}: ${texts[i]![j]}</title>`;
      const place = html`x="${x}" y="${y}" width="${round(cell)}" height="${round(cell)}"`;
      if (value === null) return html`<g class="missing"><rect ${place}>${title}</rect>${cross(x, y, cell)}</g>`;
      const fill = colour(value);
      const number =
        hasNumbers &&
        html`<text class="number" x="${round(x + cell / 2)}" y="${round(y + cell / 2 + 4)}" text-anchor="middle" fill="${inkOn(fill)}">${texts[i]![j]}</text>`;
      return html`<rect ${place} fill="${fill}">${title}</rect>${number}`;
    }),
  );
  const [right, height] = [left + columns.length * cell, bottom + below.height + margin];
  const down = axisName(axes?.rows ?? '', [top, bottom], height);
  const side = Math.max(right, Math.min(width - 2, widthOf([axes?.columns ?? ''])));
  const across = axisName(axes?.columns ?? '', [left, right], side);
  return {
    label: `${title}, ${unit}`,
    width: side + 2,
    height,
    body: html`<g shape-rendering="crispEdges">${cells}</g>${rowNames.map((name, i) => i % every === 0 && label(left - 6, top + (i + 0.5) * cell + 4, name, 'end'))}
${columns.map((_, j) => below.draw(j, left + (j + 0.5) * cell, bottom))}
${axes && [label(12, down.at, down.text, 'middle', -90), label(across.at, height - 8, across.text)]}`,
  };
}

/** A missing value is crossed out: without colour it could be taken for 0. */
const cross = (x: number, y: number, cell: number): Html => {
  const [a, b] = [0.3 * cell, 0.7 * cell];
  return html`<path d="M${round(x + a)} ${round(y + a)}L${round(x + b)} ${round(y + b)}M${round(x + b)} ${round(y + a)}L${round(x + a)} ${round(y + b)}"/>`;
};

/** The name of an axis: in the middle of its cells, or of the whole side where it needs more room. */
function axisName(text: string, [from, to]: readonly [number, number], side: number): { at: number; text: string } {
  if (widthOf([text]) <= to - from) return { at: (from + to) / 2, text };
  return { at: side / 2, text: shorten(text, Math.floor(side / LETTER)) };
}

const BAR = { width: 220, height: 12, steps: 44, margin: 20 };

/** A bar of colours with ticks. */
function colourKey(figures: readonly Heatmap[]): Key {
  const { unit, scale = 'sequential' } = figures[0]!;
  const { ticks } = axis(domainOf(figures), [BAR.margin, BAR.margin + BAR.width], 3);
  const step = BAR.width / BAR.steps;
  const bar = colours(scale, BAR.steps).map(
    (colour, i) =>
      html`<rect x="${round(BAR.margin + i * step)}" y="0" width="${round(step + 0.4)}" height="${BAR.height}" fill="${colour}"/>`,
  );
  return {
    name: unit,
    width: BAR.width + 2 * BAR.margin,
    height: BAR.height + LINE + 4,
    body: html`${bar}${ticks.map(({ at, text }) => label(at, BAR.height + LINE, text))}`,
  };
}
