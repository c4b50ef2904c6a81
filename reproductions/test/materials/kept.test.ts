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
      {
        work: (name) => ({ file: join(folder, name), beside: join(folder, 'none.json'), about, resume }),
        log: (text) => log.push(text),
      },
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

it('finds what the process beside keeps, and leaves the file of that one alone', async () => {
  const folder = await temporaryFolder();
  const open = (file: string, beside: string, about = 'seed 1') =>
    openKept<number>(
      {
        work: () => ({ file: join(folder, file), beside: join(folder, beside), about, resume: false }),
        log: expect.fail,
      },
      'parts',
    );
  const [maker, helper] = [open('a.json', 'b.json'), open('b.json', 'a.json')];
  maker.keep('first', 1);
  helper.keep('last', 9);
  expect(maker.parts).toEqual({ first: 1 });
  const before = readFileSync(join(folder, 'a.json'), 'utf8');
  maker.look();
  helper.look();
  for (const { parts } of [maker, helper]) expect(parts).toEqual({ first: 1, last: 9 });
  expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe(before);
  // One that comes later finds all of it, unless it measures something else.
  expect(open('c.json', 'b.json').parts).toEqual({ last: 9 });
  expect(open('c.json', 'b.json', 'seed 2').parts).toEqual({});
});
