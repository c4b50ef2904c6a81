import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { openKept } from '../../src/materials/kept';

it('keeps each part as it is done, for a run that resumes with the same settings', async () => {
  const file = join(await temporaryFolder(), 'work', 'parts.json');
  const open = (about: string, resume: boolean) => openKept<number[]>({ file, about, resume });
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
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ about: 'seed 1', kept: { a: [1], b: [2, 3], c: [] } });

  writeFileSync(file, '{"about": "seed 1", "kept": {"a"');
  expect(() => open('seed 1', true)).toThrow(SyntaxError);
});
