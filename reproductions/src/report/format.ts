import { formatNumber } from '@interlayer/figures';

/** A p-value: below a thousandth its size says nothing. */
export const shownP = (p: number): string => (p < 0.001 ? '< 0.001' : formatNumber(p));

/** What is left of a difference of equal sums, beside an interval that is a billion times as wide. */
const ROUNDING = 1e-9;

/** `41.2 % [39.8, 42.6]`; without the interval where its ends read alike. */
export function withInterval(value: number | null, unit: string, interval: readonly (number | null)[] = []): string {
  const widest = Math.max(0, ...interval.map((end) => Math.abs(end ?? 0)));
  const number = value !== null && Math.abs(value) < ROUNDING * widest ? 0 : value;
  const text = `${formatNumber(number)}${unit ? ` ${unit}` : ''}`;
  const ends = [...new Set(interval.map(formatNumber))];
  return ends.length > 1 ? `${text} [${ends.join(', ')}]` : text;
}

/** Breaks text at blanks into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}

/** What a terminal would take for a command, for the end of a line or for another direction of writing is not sent to it. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');

/** The same for text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
