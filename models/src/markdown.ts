export const thousands = (value: number): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ',');

export const millions = (value: number): string => (value / 1e6).toFixed(1);

/** A table whose columns are as wide as their widest cell; the first row is the head. */
export function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row: string[], fill = ' ') => `| ${row.map((cell, i) => cell.padEnd(widths[i], fill)).join(' | ')} |`;
  return [
    line(rows[0]),
    line(
      rows[0].map(() => ''),
      '-',
    ),
    ...rows.slice(1).map((row) => line(row)),
  ].join('\n');
}
