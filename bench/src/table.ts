import type { BenchResult } from './benchmark';

/** A result as text: medians, then ratios, each with the bar that it must reach where there is one. */
export function table({ title, unit, medians, ratios, bars = {} }: BenchResult): string {
  const rows = [
    ...Object.entries(medians).map(([name, value]) => [name, `${value.toPrecision(4)} ${unit}`]),
    ...Object.entries(ratios).map(([name, value]) => {
      const bar = bars[name];
      return [
        name,
        `${value.toFixed(3)}${bar === undefined ? '' : ` (bar ${bar}: ${value >= bar ? 'met' : 'MISSED'})`}`,
      ];
    }),
  ];
  const width = Math.max(...rows.map(([name]) => name!.length));
  return [title, ...rows.map(([name, value]) => `  ${name!.padEnd(width)}  ${value}`), ''].join('\n');
}
