import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { openKept } from '../../src/materials/kept';

it('keeps each part as it is done, for a run that resumes with the same settings', async () => {
  const folder = join(await temporaryFolder(), 'work');
  const file = join(folder, 'parts.json');
  const log: string[] = [];
  const open = (about: string, resume: boolean) =>
    openKept<number[]>(
      { work: (name) => ({ file: join(folder, name), about, resume }), log: (text) => log.push(text) },
      'parts.json',
    );
  const first = open('seed 1', false);
  expect(first.parts).toEqual({});
  first.keep('a', [1]);
  first.keep('b', [2, 3]);
  expect(first.parts).toEqual({ a: [1], b: [2, 3] });

  expect(open('seed 1', true).parts).toEqual({ a: [1], b: [2, 3] });
  expect(open('seed 2', true).parts).toEqual({});
  expect(open('seed 1', false).parts).toEqual({});
  const resumed = open('seed 1', true);
  resumed.keep('c', []);
  expect(open('seed 1', true).parts).toEqual({ a: [1], b: [2, 3], c: [] });
  expect(log).toEqual([]);

  const text = readFileSync(file, 'utf8');
  for (const damaged of ['{', '', text.replace('3', '4')]) {
    writeFileSync(file, damaged);
    expect(open('seed 1', true).parts).toEqual({});
    expect(log.pop()).toMatch(/parts\.json cannot be resumed: .+\. Its work is done again\.$/);
  }
});
