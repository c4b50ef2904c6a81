import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { sweepTemporariesSync, writeAtomically, writeAtomicallySync, writeFilesAtomically } from '../src/index';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe.each([
  ['writeAtomically', async (path: string | URL, content: string | Uint8Array) => writeAtomically(path, content)],
  [
    'writeAtomicallySync',
    async (path: string | URL, content: string | Uint8Array) => writeAtomicallySync(path, content),
  ],
])('%s', (_, write) => {
  test('writes text and bytes to a path or a file URL, and leaves nothing else', async () => {
    const folder = await temporaryFolder();
    await write(join(folder, 'text'), 'grüße\n');
    await write(pathToFileURL(join(folder, 'bytes')), bytes(0, 255, 7));
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('grüße\n');
    expect([...readFileSync(join(folder, 'bytes'))]).toEqual([0, 255, 7]);
    expect(readdirSync(folder)).toEqual(['bytes', 'text']);
  });

  test('replaces what a link names, and keeps the link', async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'file'), 'before');
    symlinkSync(join('real', 'file'), join(folder, 'link'));
    await write(join(folder, 'link'), 'after');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real', 'file'), 'utf8')).toBe('after');
    expect(readdirSync(join(folder, 'real'))).toEqual(['file']);
  });

  test('leaves nothing behind where the name is taken by a folder, or the folder is missing', async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, 'taken'));
    await expect(write(join(folder, 'taken'), 'x')).rejects.toThrow();
    await expect(write(join(folder, 'absent', 'file'), 'x')).rejects.toThrow('absent');
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('chunks', () => {
  test('come in order, from any iterable', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    await writeAtomically(path, [bytes(1, 2), bytes(), bytes(3)]);
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    await writeAtomically(
      path,
      (async function* () {
        yield bytes(4);
        yield bytes(5, 6);
      })(),
    );
    expect([...readFileSync(path)]).toEqual([4, 5, 6]);
  });

  test('that fail half way leave what was there before, and nothing else', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'before');
    const failing = (function* () {
      yield bytes(1);
      expect(readdirSync(folder)).toHaveLength(2);
      throw new Error('the source is gone');
    })();
    await expect(writeAtomically(path, failing)).rejects.toThrow('the source is gone');
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

test('of files that belong together none appears before all are complete', async () => {
  const folder = await temporaryFolder();
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  const seen: string[][] = [];
  const watching = (function* () {
    seen.push(readdirSync(folder).filter((name) => !name.endsWith('.tmp')));
    yield bytes(1);
  })();
  await writeFilesAtomically([
    { path: a, content: 'first' },
    { path: b, content: watching },
  ]);
  expect(seen).toEqual([[]]);
  expect(readdirSync(folder)).toEqual(['a', 'b']);
  const failing = [
    { path: a, content: 'second' },
    { path: join(folder, 'absent', 'b'), content: 'x' },
  ];
  await expect(writeFilesAtomically(failing)).rejects.toThrow('absent');
  expect(readFileSync(a, 'utf8')).toBe('first');
  expect(readdirSync(folder)).toEqual(['a', 'b']);
});

test('what a killed writer has left is swept, below the folder too, and what a living one writes is not', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'below'));
  const writing = (path: string) =>
    `import('node:fs').then(({ writeFileSync }) => {
       const { writeAtomically } = require(${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))});
       writeAtomically(${JSON.stringify(path)}, (function* () { yield Uint8Array.of(1); process.kill(process.pid, 'SIGKILL'); })());
     });`;
  const kill = (path: string) =>
    spawnSync(process.execPath, ['--import', 'tsx', '--eval', writing(path)], { cwd: import.meta.dirname });
  for (const path of [join(folder, 'a'), join(folder, 'below', 'b')]) expect(kill(path).signal).toBe('SIGKILL');
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'));
  expect(left).toHaveLength(2);
  writeFileSync(join(folder, 'notes.tmp'), 'not one of ours');

  const living = (function* () {
    yield bytes(1);
    expect(sweepTemporariesSync(folder).sort()).toEqual(left.map((name) => join(folder, name)).sort());
    yield bytes(2);
  })();
  await writeAtomically(join(folder, 'c'), living);
  expect(readdirSync(folder)).toEqual(['below', 'c', 'notes.tmp']);
  expect(readdirSync(join(folder, 'below'))).toEqual([]);
  expect(sweepTemporariesSync(pathToFileURL(folder))).toEqual([]);
});
