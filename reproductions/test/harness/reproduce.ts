import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { repository } from '../../src/harness/provenance';
import { runnerFree } from './runner-free';

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the real command line in a process of its own; `watch` sees the output as it comes. */
export function reproduce(
  args: string[],
  watch?: (told: { stdout: string; stderr: string }, child: ChildProcess) => void,
  more: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@interlayer/source', join(repository, 'reproductions/src/cli.ts'), ...args],
    { cwd: repository, env: { ...runnerFree, ...more } },
  );
  const texts = { stdout: '', stderr: '' };
  child.stdout!.on('data', (chunk) => {
    texts.stdout += chunk;
    watch?.(texts, child);
  });
  child.stderr!.on('data', (chunk) => {
    texts.stderr += chunk;
    watch?.(texts, child);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}
