import { type Figure, kindOf } from './figure';
import { formatNumber } from './format-number';
import type { Drawing, Kind, Table } from './kind';
import { round } from './marks';
import { type Content, type Html, html } from './markup';

export interface HtmlOptions {
  /** Pixels of the two drawings, of which `figureStyle` shows the one that fits; 680 and 300 by default. */
  widths?: { wide: number; narrow: number };
  /** Writes the numbers of the figure; a plain table by default. */
  table?: (table: Table) => Html;
}

/**
 * A `<figure>` for a page that includes `figureStyle`: drawings for wide and for narrow screens, so that text keeps its
 * size, the legend, and the numbers as a table.
 *
 * @throws Error naming the value that cannot be drawn.
 */
export function figureHtml(
  figure: Figure,
  { widths: { wide, narrow } = { wide: 680, narrow: 300 }, table = plainTable }: HtmlOptions = {},
): Html {
  const kind = kindOf(figure);
  const keys = kind.keys([figure]);
  return html`<figure class="interlayer-figure"><figcaption>${figure.title} <span>${figure.unit}</span></figcaption>
<div class="wide">${plots(kind, figure, wide)}</div><div class="narrow">${plots(kind, figure, narrow)}</div>
${keys.length > 0 && html`<ul class="legend">${keys.map((key) => html`<li>${svg(key, html` aria-hidden="true"`)}${key.name}</li>`)}</ul>`}
${figure.note && html`<p class="note">${figure.note}</p>`}<details><summary>The numbers of this figure</summary>${table(kind.table(figure))}</details></figure>`;
}

/** A drawing at its own size: never stretched by itself, so that text keeps its size. */
const svg = ({ width, height, body }: Drawing, attributes: Content, description: Content = false): Html =>
  html`<svg width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"${attributes}>${description}${body}</svg>`;

function plots(kind: Kind<Figure>, figure: Figure, width: number): Html {
  const panels = kind.panels([figure], width);
  const description = html`<desc>${kind.describe(figure)}</desc>`;
  const drawings = panels.map((panel) => svg(panel, html` role="img" aria-label="${panel.label}"`, description));
  if (panels.every(({ name }) => name === undefined)) return html`${drawings}`;
  return html`<div class="plots">${drawings.map((drawing, i) => html`<div><b>${panels[i]!.name}</b>${drawing}</div>`)}</div>${kind.axis && html`<p class="axis">${kind.axis(figure)}</p>`}`;
}

const plainTable = ({ columns, rows }: Table): Html => {
  const text = (value: string | number | null) => (typeof value === 'string' ? value : formatNumber(value));
  return html`<div class="numbers" tabindex="0" role="group" aria-label="The numbers as a table"><table><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...others]) =>
      html`<tr><th scope="row">${text(first!)}</th>${others.map((value) => html`<td>${text(value)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
};
