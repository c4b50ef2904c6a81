import type { Table } from '../claim/schema';

/**
 * How the rows of a table of the calibration stand to their bars, in one sentence that names those that miss it; undefined of a table
 * without bars.
 */
export function standing({ columns, rows }: Table): string | undefined {
  const bar = columns.indexOf('bar');
  if (bar < 0) return undefined;
  const share = columns.indexOf('%');
  const those = (word: string) => rows.filter((row) => row[bar] === word);
  const [met, near, missed] = ['met', 'within the error', 'missed'].map(those);
  const within = near!.length ? `, and ${near!.length} miss it by no more than the error of the simulation` : '';
  const names = missed!.map(([claim, name, ...rest]) => `${claim}, ${name} (${rest[share - 2]} %)`).join('; ');
  return `${met!.length} of ${rows.length} meet their bar${within}. ${missed!.length ? `Clearly missed by ${missed!.length}: ${names}.` : 'None clearly misses it.'}`;
}
