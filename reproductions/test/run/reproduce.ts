import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { repository } from '../../src/folders';

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface HowToRun {
  /** Sees the output so far whenever more of it comes. */
  watch?(output: { stdout: string; stderr: string }, child: ChildProcess): void;
  /** Environment variables beside those of this process. */
  environment?: NodeJS.ProcessEnv;
  /** The repository to run, where it is a copy of this one. */
  root?: string;
  /** The most kibibytes that it may write to a file. */
  largestFile?: number;
}

/** The environment without the test runner's own variables, which must not reach one that a child starts. */
const runnerFree = Object.fromEntries(
  Object.entries({ ...process.env, NO_COLOR: '1' }).filter(
    ([name]) => !/^(VITEST|TEST$|INIT_CWD|NODE_ENV|DEV$|PROD$|MODE$)/.test(name),
  ),
);

/** Runs the real command line in a process of its own. */
export function reproduce(
  args: readonly string[],
  { watch, environment, root = repository, largestFile }: HowToRun = {},
): Promise<Finished> {
  const entry = join(root, 'reproductions/src/cli.ts');
  const command = [process.execPath, '--import', 'tsx', '--conditions=@interlayer/source', entry, ...args];
  const limited = ['bash', '-c', `ulimit -f ${largestFile}; exec "$@"`, 'bash', ...command];
  const [program, ...rest] = largestFile === undefined ? command : limited;
  const child = spawn(program!, rest, { cwd: root, env: { ...runnerFree, ...environment } });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk) => {
      output[name] += chunk;
      watch?.(output, child);
    });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}
