import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { repository } from '../../src/harness/provenance';
import { runnerFree } from './runner-free';

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('leaves with its own code, and nothing behind, when a claim that ran out of time sits in a native call', async () => {
  const out = await temporaryFolder();
  const script = join(import.meta.dirname, 'stuck/run.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@interlayer/source', script, out], {
    cwd: repository,
    env: runnerFree,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(told).toMatch(/^geva-2021\/c99-stuck: Test timed out in 2500ms[\s\S]*done$/);
  expect(code).toBe(2);
  const pid = Number(readFileSync(join(out, 'stuck'), 'utf8'));
  // Killed it is at once; the system takes a moment to forget it.
  await expect.poll(() => isThere(pid), { timeout: 10_000 }).toBe(false);
}, 120_000);
