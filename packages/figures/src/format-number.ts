/** A number for people: three significant digits, and an exponent only where it is very large or very small. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return 'undefined';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e12) return value.toLocaleString('en-US');
  if (size < 1e-4 || size >= 1e9) return value.toExponential(2);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return size >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(Math.min(digits, 5));
}

/** `18 to 22`, or one number where both ends read alike. */
export const formatRange = (ends: readonly (number | null)[]): string =>
  [...new Set(ends.map(formatNumber))].join(' to ');
