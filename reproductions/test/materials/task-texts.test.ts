import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it, vi } from 'vitest';
import { drawRowsOf, joinRows, taskTexts } from '../../src/materials/task-texts';
import { Store } from '../../src/run/store';
import type { TaskTexts } from '../../src/subjects/task-texts';
import { subjectIn } from '../subjects/tiny-checkpoint';
import { mnliText, writeMnli } from './write-mnli';

/** The texts of a task that lies in a shared folder, and what was noted of them. */
async function textsIn(shared: string, reads: TaskTexts, seed = 1) {
  vi.stubEnv('INTERLAYER_SHARED', shared);
  const settings = { seed, threads: 1, out: '/nowhere', resume: false };
  const { bench, artefacts } = new Store(subjectIn('/nowhere', { reads }), 'checkpoint', settings, '').bench();
  return { texts: await bench.get(taskTexts), artefacts };
}

const linesOf = (texts: readonly { text: string }[]): string[] => texts.flatMap(({ text }) => text.split('\n'));

describe('the texts of a task', () => {
  it('are all rows of both splits, premise and hypothesis on a line, in their order', async () => {
    const shared = await temporaryFolder();
    writeMnli(shared, 60);
    const { texts, artefacts } = await textsIn(shared, { task: 'mnli', fraction: 1 });
    for (const [name, file] of [
      ['train', 'train'],
      ['validation', 'dev_matched'],
    ] as const) {
      const rows = Array.from(
        { length: 60 },
        (_, row) => `${mnliText(row, `${file} premise`)} ${mnliText(row, `${file} hypothesis`)}`,
      );
      expect(linesOf(texts[name])).toEqual(rows);
      expect(texts[name].length).toBeGreaterThanOrEqual(8);
      const hash = createHash('sha256').update(texts[name].map(({ text }) => `${text}\n`).join('\n'));
      expect(artefacts[`GLUE mnli, ${name}: 60 of 60 rows of ${file}.tsv`]).toBe(hash.digest('hex'));
    }
  });

  it('are drawn by the seed', async () => {
    const shared = await temporaryFolder();
    writeMnli(shared, 120);
    const drawn = async (seed: number) =>
      linesOf((await textsIn(shared, { task: 'mnli', fraction: 0.6 }, seed)).texts.train);
    const first = await drawn(1);
    expect(first).toHaveLength(72);
    expect(await drawn(1)).toEqual(first);
    expect(await drawn(2)).not.toEqual(first);
  });

  it('are refused where a share is too small for intervals', async () => {
    const shared = await temporaryFolder();
    writeMnli(shared, 60);
    await expect(textsIn(shared, { task: 'mnli', fraction: 0.05 })).rejects.toThrow(
      '5 % of GLUE mnli is too little text: 3 of 60 rows of its train split make 1 of the 8 texts of 1200 characters that intervals need; give a larger --fraction',
    );
  });

  it('are refused with where to put them, where there are none', async () => {
    const shared = await temporaryFolder();
    const folder = join(shared, 'data/glue');
    mkdirSync(folder, { recursive: true });
    const where = `Put GLUE's files into ${folder}, such as MNLI/train.tsv; without that folder they are downloaded from the hub (nyu-mll/glue)`;
    const inFolder = textsIn(shared, { task: 'mnli', fraction: 1 });
    await expect(inFolder).rejects.toThrow(`${folder} has no train split of mnli`);
    await expect(inFolder).rejects.toThrow(where);
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    vi.stubEnv('HF_HUB_CACHE', join(shared, 'cache'));
    const offline = textsIn(join(shared, 'elsewhere'), { task: 'mnli', fraction: 1 });
    await expect(offline).rejects.toThrow(/HF_HUB_OFFLINE is set.*\. Put GLUE's files into /s);
  });
});

it('a share of rows is drawn without repeats and keeps their order; one at least', () => {
  const rows = Array.from({ length: 100 }, (_, i) => i);
  const drawn = drawRowsOf(rows, 0.25, 1);
  expect(drawn).toHaveLength(25);
  expect(new Set(drawn).size).toBe(25);
  expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
  expect(drawRowsOf(rows, 1, 1)).toEqual(rows);
  expect(drawRowsOf(rows, 0.001, 1)).toHaveLength(1);
});

it('rows are joined until they have 1,200 characters', () => {
  const row = { texts: ['a'.repeat(299), 'b'.repeat(300)] };
  const line = row.texts.join(' ');
  const joined = joinRows([row, row, row]);
  expect(joined).toEqual([{ text: `${line}\n${line}` }, { text: line }]);
  expect(joinRows([])).toEqual([]);
});
