import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { startVitest, type TestCase } from 'vitest/node';
import { workspace } from '../folders';
import { followProgress, type ProgressEvent, type RunContext } from './run-context';

export interface RunOptions {
  /** What each process measures. All run at the same time. */
  lanes: readonly RunContext[];
  /** Called as each pair ends, with the errors that made its test fail. */
  onEnd(key: string, errors: string[]): void;
  /** Called as each pair starts. */
  onStart(key: string): void;
  /** Called now and then during long work. */
  onProgress(event: ProgressEvent): void;
  /** Called for what went wrong outside of any claim. */
  onError(message: string): void;
  /** Aborted when the user stops the run: the processes that measure are then killed. */
  signal: AbortSignal;
}

/** Milliseconds after the last claim's end within which the processes should end as well; all results are written by then. */
const GRACE = 5000;

/**
 * Runs claims through vitest in one process a lane: a model is loaded, and each material made, once for all claims of a lane. A
 * native call that still runs when the last claim has ended, because its claim ran out of time, is not waited for: its process
 * is killed.
 * Vitest may hold on to it for a while longer, so a caller that is done leaves by `process.exit`.
 */
export async function runPairs({ lanes, onEnd, onStart, onProgress, onError, signal }: RunOptions): Promise<void> {
  const conditions = ['@interlayer/source', 'module', 'node', 'import', 'default'];
  const started = new Set<ChildProcess>();
  const note = (message: unknown) => started.add((message as { process: ChildProcess }).process);
  subscribe('child_process', note);
  const kill = () => {
    for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  };
  signal.addEventListener('abort', kill);
  const left = new Set(lanes.flatMap(({ pairs }) => pairs.map(({ key }) => key)));
  let late: NodeJS.Timeout | undefined;
  const { promise: overdue, resolve: giveUp } = deferred();
  const { progressFile } = lanes[0]!;
  rmSync(progressFile, { force: true });
  const stopFollowing = followProgress(progressFile, onProgress);
  const vitest = startVitest(
    'test',
    [],
    {
      config: false,
      root: workspace,
      watch: false,
      maxWorkers: lanes.length,
      projects: lanes.map((lane, i) => ({
        resolve: { conditions },
        ssr: { resolve: { conditions, externalConditions: conditions } },
        test: {
          name: `lane ${i + 1}`,
          include: ['src/run/claims.vitest.ts'],
          pool: 'forks' as const,
          isolate: false,
          provide: { reproduce: lane },
        },
      })),
      reporters: [
        {
          onTestCaseReady(test: TestCase) {
            if (left.has(test.name)) onStart(test.name);
          },
          onTestCaseResult(test: TestCase) {
            const errors = (test.result().errors ?? []).map(located);
            if (left.delete(test.name)) onEnd(test.name, errors);
            else for (const error of errors) onError(`${test.fullName}: ${error}`);
            if (left.size === 0) late ??= setTimeout(giveUp, GRACE);
          },
          onTestRunEnd(modules, unhandled) {
            for (const module of modules) for (const error of module.errors()) onError(located(error));
            for (const { message } of unhandled) onError(String(message));
          },
        },
      ],
    },
    { logLevel: 'error' },
  );
  try {
    await Promise.race([vitest.then((run) => run.close()), overdue]);
  } finally {
    clearTimeout(late);
    stopFollowing();
    rmSync(progressFile, { force: true });
    unsubscribe('child_process', note);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** An error with the file and line of the repository that it comes from. */
function located({ message, stacks }: { message: string; stacks?: readonly { file: string; line: number }[] }): string {
  const place = stacks?.find(({ file }) => !file.includes('node_modules'));
  return place ? `${message} at ${relative(`${workspace}/..`, place.file)}:${place.line}` : message;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
