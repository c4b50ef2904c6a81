import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { tolerance } from './tolerances';

export interface ParityRow {
  tensor: string;
  /** Largest magnitude of the reference, over what is compared. */
  magnitude: number;
  /** Largest absolute difference. */
  error: number;
  /** What the error may be; the forward tolerance × max(1, magnitude) unless given. */
  bound?: number;
}

const HEADER = ['tensor', 'largest magnitude', 'max abs error', 'bound'];

/** The lines of a Markdown table, padded as the formatter pads it. */
function table(rows: readonly string[][]): string {
  const widths = HEADER.map((_, column) => Math.max(...[HEADER, ...rows].map((row) => row[column]!.length)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(HEADER), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const limitOf = ({ magnitude, bound }: ParityRow) => bound ?? tolerance.forward * Math.max(1, magnitude);

/**
 * Asserts that every row is within its bound, and that the section `title` of a PARITY.md shows these
 * rows: the same tensors with the same magnitudes, and errors that the committed ones do not understate (another processor
 * may round differently: a factor of 4 is allowed). With UPDATE_PARITY=1 it writes the section instead.
 */
export function expectParity(file: URL, title: string, rows: readonly ParityRow[]): void {
  for (const row of rows) expect(row.error, `${title}: ${row.tensor}`).toBeLessThanOrEqual(limitOf(row));
  const measured = rows.map((row) => [
    `\`${row.tensor}\``,
    row.magnitude.toPrecision(3),
    row.error.toExponential(1),
    limitOf(row).toExponential(1),
  ]);
  const text = readFileSync(file, 'utf8');
  const section = new RegExp(`(## ${title}\n[\\s\\S]*?)\\| tensor [\\s\\S]*?(?=\n\n|\n*$)`);
  const committed = section.exec(text);
  if (!committed) throw new Error(`${fileURLToPath(file)} has no table below "## ${title}".`);
  if (process.env.UPDATE_PARITY) {
    writeFileSync(
      file,
      text.replace(section, (_, before) => before + table(measured)),
    );
    return;
  }
  const written = committed[0]
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const identity = ([tensor, magnitude, , limit]: string[]) => [tensor, magnitude, limit];
  expect(measured.map(identity), 'run with UPDATE_PARITY=1 and look at what changed').toEqual(written.map(identity));
  for (const [i, [tensor, , error]] of measured.entries()) {
    expect(Number(error), `${title}: ${tensor}`).toBeLessThanOrEqual(4 * Number(written[i]![2]) + 1e-6);
  }
}
