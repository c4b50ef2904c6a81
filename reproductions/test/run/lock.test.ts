import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { lock } from '../../src/run/lock';

it('keeps a second run out of a folder until the first has ended, however it ended', async () => {
  const out = await temporaryFolder();
  mkdirSync(join(out, 'work'));
  const file = join(out, 'work', 'run.pid');
  const unlock = lock(out);
  expect(() => lock(out)).toThrow(`another run, process ${process.pid}, writes to ${out}; wait for it`);
  unlock();
  expect(existsSync(file)).toBe(false);
  const killed = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  writeFileSync(file, String(killed.pid));
  expect(() => lock(out)).toThrow(`process ${killed.pid}`);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  lock(out)();
  for (const damage of ['', 'x', '-1', '1.5', '99999999999']) {
    writeFileSync(file, damage);
    lock(out)();
  }
});
