import { expect, it } from 'vitest';
import { downloadProgress } from '../../src/run/download-progress';

/** What is written while bytes come at these times (milliseconds), of 100 MB. */
function written(isTTY: boolean, steps: readonly (readonly [at: number, bytes: number])[]): string[] {
  let time = 0;
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line), isTTY };
  const bar = downloadProgress('a/b', stream, () => time);
  for (const [at, bytes] of steps) {
    time = at;
    bar.tell({ file: 'w', bytes, total: 1e8 });
  }
  return lines;
}

it('tells how much is here and how long the rest takes at the speed of this run', () => {
  // What was there when it began, 40 MB, took no time.
  const lines = written(false, [
    [0, 4e7],
    [5_000, 4.5e7],
    [10_000, 5e7],
    [12_000, 1e8],
  ]);
  expect(lines).toEqual([
    'downloading a/b w 40 % of 100 MB\n',
    'downloading a/b w 50 % of 100 MB, about 50 s left\n',
    'downloading a/b w 100 % of 100 MB, about 0 s left\n',
  ]);
});

it('rewrites its line on a terminal, and not for every piece', () => {
  const lines = written(true, [
    [0, 0],
    [50, 1e7],
    [100, 2e7],
  ]);
  expect(lines).toEqual([
    '\r\x1b[Kdownloading a/b w 0 % of 100 MB',
    '\r\x1b[Kdownloading a/b w 20 % of 100 MB, about 0 s left',
  ]);
});
