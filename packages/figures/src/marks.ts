import { scaleLinear } from 'd3-scale';
import type { Key } from './kind';
import { type Content, type Html, html } from './markup';

/** Width of a letter, in pixels: that of digits in the widest common fonts (DejaVu Sans), for text of 12.5 pixels. */
export const LETTER = 7.6;

/** Coordinates are written to a tenth of a pixel. */
export const round = (value: number): number => Math.round(value * 10) / 10;

export const widthOf = (texts: readonly string[]): number => LETTER * Math.max(0, ...texts.map(({ length }) => length));

export const shorten = (text: string, letters: number): string =>
  text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text;

export const label = (x: number, y: number, content: string, anchor = 'middle', tilt = 0): Html =>
  html`<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${tilt !== 0 && html` transform="rotate(${tilt} ${round(x)} ${round(y)})"`}>${content}</text>`;

export const gridLine = (x1: number, x2: number, y1: number, y2: number): Html =>
  html`<line class="grid" x1="${round(x1)}" x2="${round(x2)}" y1="${round(y1)}" y2="${round(y2)}"/>`;

/** Text that a resting pointer shows. */
export const hint = (text: string, body: Content): Html => html`<g><title>${text}</title>${body}</g>`;

/** A linear scale with round ticks and their text. An empty range is widened upwards. */
export function axis(domain: readonly [number, number], pixels: readonly [number, number], count = 5) {
  const [low, high] = domain;
  // Ticks of a range this narrow are not numbers (d3-array fails on subnormal ones).
  const isEmpty = high - low <= Math.max(1e-300, 1e-12 * Math.abs(low));
  const scale = scaleLinear([low, isEmpty ? low + (Math.abs(low) || 1) : high], pixels);
  const format = scale.tickFormat(count);
  return { scale, ticks: scale.ticks(count).map((value) => ({ value, at: scale(value), text: format(value) })) };
}

/** The longest name below a column, in letters, and how far names lean that would run into each other. */
const LEAN = { letters: 12, degrees: -40, apart: 18 };
const [SINE, COSINE] = [Math.sin((-LEAN.degrees * Math.PI) / 180), Math.cos((LEAN.degrees * Math.PI) / 180)];

/** Names below columns that are `step` pixels wide. */
export function columnNames(names: readonly string[], step: number, mayLean = true) {
  const short = names.map((name) => shorten(name, LEAN.letters));
  const needed = widthOf(short) + 8;
  const leans = mayLean && needed > step;
  const every = Math.max(1, Math.ceil((leans ? LEAN.apart : needed) / step));
  return {
    /** What the names take below the columns, and to the left of the first one. */
    height: leans ? 24 + Math.ceil(SINE * (needed - 8)) : 24,
    overhang: leans ? COSINE * (needed - 8) : 0,
    draw: (i: number, x: number, bottom: number): Html | false =>
      i % every === 0 &&
      (leans ? label(x, bottom + 17, short[i]!, 'end', LEAN.degrees) : label(x, bottom + 17, short[i]!)),
  };
}

const partClass = (part: number): string => `part part-${part % 6}`;

/** One part of a stack. */
export const block = (
  [x, y, width, height]: readonly [number, number, number, number],
  part: number,
  title: string,
): Html =>
  html`<rect class="${partClass(part)}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"><title>${title}</title></rect>`;

export const partKeys = (parts: readonly string[]): Key[] =>
  parts.map((name, part) => ({
    name,
    width: 12,
    height: 12,
    body: html`<rect class="${partClass(part)}" width="12" height="12"/>`,
  }));

/** Who a line or a cloud of points belongs to; each has its own mark and dashes, so that colour is never the only difference. */
export type Role = 'paper' | 'ours' | 'ceiling' | 'untrained' | 'shuffled';

/** The controls first and ours last, so that nothing covers what a figure is about. */
const ORDER: readonly Role[] = ['paper', 'ceiling', 'untrained', 'shuffled', 'ours'];
export const byRole = <S extends { role: Role }>(series: readonly S[]): S[] =>
  series.toSorted((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));

export const roleClass = ({ role, variant }: { role: Role; variant?: number }): string =>
  variant === undefined ? role : `${role} variant-${variant % 3}`;

export function mark(role: Role, x: number, y: number): Html {
  const [cx, cy] = [round(x), round(y)];
  if (role === 'paper') return html`<circle class="mark" cx="${cx}" cy="${cy}" r="2.6"/>`;
  if (role === 'ours') return html`<circle class="mark" cx="${cx}" cy="${cy}" r="3.2"/>`;
  if (role === 'shuffled') return html`<path class="mark" d="M${cx} ${round(y - 3.8)}l3.8 3.8l-3.8 3.8l-3.8 -3.8z"/>`;
  return html`<path class="mark" d="M${cx} ${round(y - 3.6)}l3.4 6h-6.8z"/>`;
}

/** A vertical interval at x. */
export const whisker = (x: number, from: number, to: number): Html =>
  html`<path class="whisker" d="M${round(x)} ${round(from)}V${round(to)}M${round(x - 3)} ${round(from)}h6M${round(x - 3)} ${round(to)}h6"/>`;
