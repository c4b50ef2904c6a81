/** A number as people read it: three significant digits, never an exponent for what is of everyday size. */
export function shown(value: number | null | undefined): string {
  if (value === null || value === undefined) return 'undefined';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e12) return value.toLocaleString('en-US');
  if (size < 1e-4 || size >= 1e9) return value.toExponential(2);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return size >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(Math.min(digits, 5));
}

/** A p-value: below a thousandth its size says nothing. */
export const shownP = (p: number): string => (p < 0.001 ? '< 0.001' : shown(p));

/** `18 to 22`, or one number where both ends read alike. */
export const shownRange = (ends: readonly (number | null)[]): string => [...new Set(ends.map(shown))].join(' to ');

/** `41.2 % [39.8, 42.6]`; without the interval where its ends read alike. */
export function withInterval(value: number | null, unit: string, interval: readonly (number | null)[] = []): string {
  const text = `${shown(value)}${unit ? ` ${unit}` : ''}`;
  const ends = [...new Set(interval.map(shown))];
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

/** What a terminal would take for a command is not sent to it. */
export const printable = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
