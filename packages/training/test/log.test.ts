import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLog } from '../src/log';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'interlayer-log-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('appends lines, and drops those after the bytes that a checkpoint knows of', () => {
  const path = join(folder, 'a', 'log.jsonl');
  const log = openLog(path, 0);
  log.append({ step: 1 });
  const bytes = log.flush();
  log.append({ step: 2, loss: 0.1 });
  log.close();
  writeFileSync(path, readFileSync(path, 'utf8') + '{"step":3,"lo');
  const resumed = openLog(path, bytes);
  resumed.append({ step: 2, loss: 0.5 });
  expect(resumed.flush()).toBe(readFileSync(path).length);
  resumed.close();
  expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n{"step":2,"loss":0.5}\n');
});

it('starts empty when there is no checkpoint, whatever a killed run left', () => {
  const path = join(folder, 'b.jsonl');
  writeFileSync(path, '{"step":1}\n');
  openLog(path, 0).close();
  expect(readFileSync(path, 'utf8')).toBe('');
});

it('refuses a log that lost lines, and leaves it as it is', () => {
  const path = join(folder, 'c.jsonl');
  writeFileSync(path, '{"step":1}\n');
  expect(() => openLog(path, 40)).toThrow('c.jsonl has 11 bytes, the checkpoint says 40');
  expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n');
});
