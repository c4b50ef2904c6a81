import { type Figure, kindOf } from './figure';
import type { Drawing } from './kind';
import { LETTER, label, round, shorten } from './marks';
import { type Html, html } from './markup';
import { FONT, markStyle, type Theme, themeStyle } from './style';

export interface SvgOptions {
  /** Pixels; 680 by default, at least 200. */
  width?: number;
  /** `auto` by default: light or dark as the reader's system is. */
  theme?: Theme;
}

const [LINE, GAP] = [20, 18];

/**
 * A figure as one SVG file: title, panels, legend and note. It fetches nothing, and the same data gives the same bytes.
 *
 * @throws Error naming the value that cannot be drawn.
 */
export function figureSvg(figure: Figure, { width = 680, theme = 'auto' }: SvgOptions = {}): string {
  if (!(width >= 200 && Number.isFinite(width))) throw new Error(`width is ${width}: give at least 200 pixels`);
  const kind = kindOf(figure);
  const body: Html[] = [];
  let y = GAP;
  const write = (text: string, name: string) => {
    for (const line of linesOf(text, Math.floor((width - 2 * GAP) / LETTER) - 1)) {
      y += LINE;
      body.push(html`<g class="${name}">${label(GAP, y - 5, line, 'start')}</g>`);
    }
  };
  /** Lays drawings out from left to right, and below where they do not fit. */
  const flow = <D extends Drawing>(
    drawings: readonly D[],
    widthOf: (drawing: D) => number,
    draw: (drawing: D) => Html,
    above = 0,
  ) => {
    let [x, height] = [GAP, 0];
    for (const drawing of drawings) {
      if (x > GAP && x + widthOf(drawing) > width - GAP + 0.5) {
        y += height + GAP / 2;
        [x, height] = [GAP, 0];
      }
      body.push(html`<g transform="translate(${round(x)} ${round(y)})">${draw(drawing)}</g>`);
      x += widthOf(drawing) + GAP;
      height = Math.max(height, drawing.height + above);
    }
    y += height;
  };
  write(figure.unit ? `${figure.title}, ${figure.unit}` : figure.title, 'heading');
  y += 8;
  const panels = kind.panels([figure], width - 2 * GAP);
  const above = panels.some(({ name }) => name) ? LINE : 0;
  flow(
    panels,
    (panel) => panel.width,
    ({ name, width, body }) =>
      html`${name && html`<g class="heading">${label(0, LINE - 6, shorten(name, Math.floor(width / LETTER)), 'start')}</g>`}<g transform="translate(0 ${above})">${body}</g>`,
    above,
  );
  if (kind.axis) write(kind.axis(figure), 'axis');
  y += 8;
  const nameOf = ({ name, width: taken }: { name: string; width: number }) =>
    shorten(name, Math.floor((width - 2 * GAP - taken) / LETTER) - 2);
  flow(
    kind.keys([figure]).map((key) => ({ ...key, name: nameOf(key), height: Math.max(key.height, LINE) })),
    (key) => key.width + 8 + LETTER * key.name.length,
    ({ name, width, body }) => html`${body}${label(width + 7, 11, name, 'start')}`,
  );
  if (figure.note) write(figure.note, 'note');
  const height = Math.ceil(y + GAP);
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="interlayer-figure" width="${round(width)}" height="${height}" viewBox="0 0 ${round(width)} ${height}" role="img" aria-label="${figure.title}" font-family="${FONT}" font-size="12.5">
<title>${figure.title}</title><desc>${kind.describe(figure)}</desc><style>${themeStyle(theme)}
${markStyle}</style>
<rect width="100%" height="100%" style="fill:var(--figure-ground)"/>
${body.map((each) => html`${each}\n`)}</svg>
`.text;
}

/** Breaks text at blanks, and inside of words that are longer than a line. */
const linesOf = (text: string, letters: number): string[] =>
  text.match(new RegExp(`\\S.{0,${letters - 1}}(?=\\s|$)|\\S{1,${letters}}`, 'gu')) ?? [];
