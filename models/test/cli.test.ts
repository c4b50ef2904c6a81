import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

it('asks for --resume where a run has left checkpoints, before anything is opened', { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'step-00000020'));
  const args = ['--import', 'tsx', '--conditions=@interlayer/source', cli, 'mini-gpt', '--checkpoints', folder];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe(
    `${folder} holds a run of 20 steps; continue it with --resume, or name another folder with --checkpoints\n`,
  );
  expect(status).toBe(1);
});
