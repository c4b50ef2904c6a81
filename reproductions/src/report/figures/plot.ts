import type { Table } from '../../claim/schema';
import { type Content, type Html, html } from '../markup';

/**
 * One kind of figure: how it is drawn at most so many pixels wide, what its colours and marks stand for, and its numbers as a
 * table. Colours come from the page's style sheet.
 */
export interface Kind<F> {
  draw(figure: F, width: number): Html;
  keys(figure: F): Content;
  table(figure: F): Omit<Table, 'title'>;
}

export const round = (value: number): number => Math.round(value * 10) / 10;

/** Pixels of a letter, at the size that the page gives to text in figures. */
export const LETTER = 6.8;

/** A drawing at its own size: never stretched, so that text keeps its size. */
export const svg = (name: string, [width, height]: readonly [number, number], body: Content): Html =>
  html`<svg width="${round(width)}" height="${height}" viewBox="0 0 ${round(width)} ${height}" role="img" aria-label="${name}">${body}</svg>`;

export const label = (x: number, y: number, content: string, anchor = 'middle', tilt = 0): Html =>
  html`<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${tilt !== 0 && html` transform="rotate(${tilt} ${round(x)} ${round(y)})"`}>${content}</text>`;

export const gridLine = (left: number, right: number, y: number): Html =>
  html`<line class="grid" x1="${round(left)}" x2="${round(right)}" y1="${round(y)}" y2="${round(y)}"/>`;

/** A scale of a range, which runs upwards from `bottom` to `top`. */
export const upwards =
  ([low, high]: readonly [number, number], { top, bottom }: { top: number; bottom: number }) =>
  (value: number): number =>
    bottom - ((value - low) / (high - low || 1)) * (bottom - top);

/** Round ticks that cover [low, high]. */
export function ticks(low: number, high: number, count = 5): number[] {
  const raw = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Outside of the drawing, so that it breaks its lines where the page does. */
export const legend = (entries: readonly (readonly [name: string, key: Html])[]): Html =>
  html`<ul class="legend">${entries.map(([name, key]) => html`<li>${key}${name}</li>`)}</ul>`;

const partClass = (part: number): string => `part part-${part % 6}`;

/** One part of a stack, which tells its number to a pointer that rests on it. */
export const block = ([x, y, width, height]: readonly number[], part: number, title: string): Html =>
  html`<rect class="${partClass(part)}" x="${round(x!)}" y="${round(y!)}" width="${round(width!)}" height="${round(height!)}"><title>${title}</title></rect>`;

export const partLegend = (parts: readonly string[]): Html =>
  legend(
    parts.map((name, part) => [
      name,
      html`<svg width="12" height="12" aria-hidden="true"><rect class="${partClass(part)}" width="12" height="12"/></svg>`,
    ]),
  );
