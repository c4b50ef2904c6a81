import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedFrom, shuffle } from '@interlayer/text-data';

const WORDS =
  'the nation must keep its word and every citizen who works for peace will see a better law in this year'.split(' ');

/** A premise or a hypothesis: 18 words in a random order. */
export const mnliText = (row: number, part: string): string =>
  shuffle([...WORDS.keys()], seedFrom(row, part))
    .slice(0, 18)
    .map((word) => WORDS[word])
    .join(' ');

/** MNLI below a shared folder, in the layout of the official files, so many rows of each split. */
export function writeMnli(shared: string, rows: number): void {
  const folder = join(shared, 'data/glue/MNLI');
  mkdirSync(folder, { recursive: true });
  for (const split of ['train', 'dev_matched']) {
    const lines = Array.from({ length: rows }, (_, row) =>
      [row, mnliText(row, `${split} premise`), mnliText(row, `${split} hypothesis`), 'neutral'].join('\t'),
    );
    writeFileSync(join(folder, `${split}.tsv`), ['index\tsentence1\tsentence2\tgold_label', ...lines, ''].join('\n'));
  }
}
