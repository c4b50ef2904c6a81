import { readFileSync, writeFileSync } from 'node:fs';
import { tolerance } from '@interlayer/test-kit';
import { expect } from 'vitest';

export interface ParityRow {
  tensor: string;
  /** Largest magnitude of the reference, over what is compared. */
  magnitude: number;
  /** Largest absolute difference. */
  error: number;
  /** Times max(1, magnitude): what the error may be. */
  bound?: number;
}

const COLUMNS = '| tensor | largest magnitude | max abs error | bound |\n| --- | --- | --- | --- |\n';

const limitOf = ({ magnitude, bound = tolerance.forward }: ParityRow) => bound * Math.max(1, magnitude);

/**
 * Asserts that every row is within its bound, and that the section `title` of a PARITY.md shows these
 * rows: the same tensors with the same magnitudes, and errors that the committed ones do not understate (another processor
 * may round differently: a factor of 4 is allowed). With UPDATE_PARITY=1 it writes the section instead.
 */
export function expectParity(file: URL, title: string, rows: readonly ParityRow[]): void {
  for (const row of rows) expect(row.error, `${title}: ${row.tensor}`).toBeLessThanOrEqual(limitOf(row));
  const lines = rows.map((row) => {
    const { tensor, magnitude, error } = row;
    return `| \`${tensor}\` | ${magnitude.toPrecision(3)} | ${error.toExponential(1)} | ${limitOf(row).toExponential(1)} |`;
  });
  const text = readFileSync(file, 'utf8');
  const section = new RegExp(`(## ${title}\n[\\s\\S]*?)\\| tensor \\|[\\s\\S]*?(?=\n\n|\n*$)`);
  const committed = section.exec(text);
  if (!committed) throw new Error(`${file.pathname} has no table below "## ${title}".`);
  if (process.env.UPDATE_PARITY) {
    writeFileSync(
      file,
      text.replace(section, (_, before) => before + COLUMNS + lines.join('\n')),
    );
    return;
  }
  const fields = (table: readonly string[]) => table.map((line) => line.split(' | '));
  const written = fields(committed[0].split('\n').filter((line) => line.startsWith('| `')));
  const measured = fields(lines);
  const identity = ([tensor, magnitude, , limit]: string[]) => [tensor, magnitude, limit];
  expect(measured.map(identity), 'run with UPDATE_PARITY=1 and look at what changed').toEqual(written.map(identity));
  for (const [i, [tensor, , error]] of measured.entries()) {
    expect(Number(error), `${title}: ${tensor}`).toBeLessThanOrEqual(4 * Number(written[i]![2]) + 1e-6);
  }
}
