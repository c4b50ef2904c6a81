import type { Table } from '../claim/schema';

/**
 * How the rows of a table of the calibration stand to their bars, in one sentence that names those that miss it, claim by claim;
 * undefined of a table without bars.
 */
export function standing({ columns, rows }: Table): string | undefined {
  const [bar, share] = [columns.indexOf('bar'), columns.indexOf('%')];
  if (bar < 0) return undefined;
  const those = (word: string) => rows.filter((row) => row[bar] === word);
  const [met, near, missed] = [those('met'), those('within the error'), those('missed')];
  const within = near.length ? `, and ${near.length} miss it by no more than the error of the simulation` : '';
  const claims = [...new Set(missed.map(([id]) => id))].map((id) => {
    const those = missed.filter((row) => row[0] === id).map((row) => `${row[1]} ${row[share]}\u00a0%`);
    return `${id} (${those.join(', ')})`;
  });
  const clearly = missed.length
    ? `Clearly missed by ${missed.length}: ${claims.join('; ')}.`
    : 'None clearly misses it.';
  return `${met.length} of ${rows.length} meet their bar${within}. ${clearly}`;
}
