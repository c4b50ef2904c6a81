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

/** `41.2 % [39.8, 42.6]`. */
export function withInterval(
  value: number | null,
  unit: string,
  interval?: readonly [number | null, number | null],
): string {
  const text = `${shown(value)}${unit ? ` ${unit}` : ''}`;
  return interval && interval[0] !== interval[1] ? `${text} [${shown(interval[0])}, ${shown(interval[1])}]` : text;
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
