import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@interlayer/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTsv, type TsvOptions } from '../src/read-tsv';

const RUNS = { seed: 17, numRuns: 200 };

async function read(path: string, content: Uint8Array, options: TsvOptions = { needed: [] }) {
  await writeFile(path, content);
  const rows = [];
  for await (const row of readTsv(path, options)) rows.push(row);
  return rows;
}

/** Any text of one field: neither a tab nor a line break; often with what trips readers of CSV. */
const field = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', "'", '""', ',', ' ', '\\', '\u2028', '\u0085', '\uFEFF', '#'),
      fc.string({ unit: 'binary' }),
    ),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join('').replace(/[\t\n\r]/g, ''));

const table = fc.integer({ min: 2, max: 5 }).chain((width) => {
  const row = fc.array(field, { minLength: width, maxLength: width });
  const columns = fc.uniqueArray(
    field.map((name) => `x${name}`),
    { minLength: width, maxLength: width },
  );
  return fc.record({ columns, rows: fc.array(row, { maxLength: 6 }) });
});

const style = fc.record({
  mark: fc.boolean(),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  last: fc.boolean(),
  packed: fc.boolean(),
});

it('gives back any table, however it is written', async () => {
  const folder = await temporaryFolder();
  const check = async (
    { columns, rows }: { columns: string[]; rows: string[][] },
    { mark, lineBreak, last, packed }: { mark: boolean; lineBreak: string; last: boolean; packed: boolean },
  ) => {
    const lines = [columns, ...rows].map((fields) => fields.join('\t'));
    const text = `${mark ? '\uFEFF' : ''}${lines.join(lineBreak)}${last ? lineBreak : ''}`;
    const content = Buffer.from(text);
    const name = packed ? 'table.tsv.gz' : 'table.tsv';
    const read_ = await read(join(folder, name), packed ? gzipSync(content) : content);
    expect(read_.map(({ cells }) => columns.map((column) => cells[column]))).toEqual(rows);
    expect(read_.map(({ line, index }) => [line, index])).toEqual(rows.map((_, i) => [i + 2, i]));
    expect(read_.map(({ ended }) => ended)).toEqual(rows.map((_, i) => last || i < rows.length - 1));
  };
  await fc.assert(fc.asyncProperty(table, style, check), RUNS);
});

it('reads lines that lie across the pieces in which a file is read', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => [`${i}`, '𝒳"é'.repeat(1000 * (i % 7))]);
  const text = [['n', 'text'], ...rows].map((fields) => fields.join('\t')).join('\r\n');
  expect(Buffer.byteLength(text)).toBeGreaterThan(10 * 65_536);
  const path = join(await temporaryFolder(), 'long.tsv');
  const cells = (await read(path, Buffer.from(text))).map((row) => [row.cells.n, row.cells.text]);
  expect(cells).toEqual(rows);
});

it('reads any bytes, or says in which file and line it cannot', async () => {
  const path = join(await temporaryFolder(), 'bytes.tsv');
  const byte = fc.oneof(fc.constantFrom(9, 10, 13, 0x22, 0x61), fc.nat(255));
  let refused = 0;
  const check = async (bytes: number[]) => {
    const content = Uint8Array.from([...Buffer.from('a\tb\n'), ...bytes]);
    try {
      for (const { cells } of await read(path, content)) expect(Object.keys(cells)).toEqual(['a', 'b']);
    } catch (error) {
      refused++;
      expect((error as Error).message).toMatch(
        /bytes\.tsv, line \d+: (there are \d+ fields instead of 2|the text is not UTF-8)/,
      );
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(byte, { maxLength: 60 }), check), RUNS);
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(RUNS.numRuns);
});
