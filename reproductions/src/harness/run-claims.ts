import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { relative } from 'node:path';
import type { TestAnnotation } from 'vitest';
import { startVitest, type TestCase } from 'vitest/node';
import { type CataloguedClaim, workspace } from './catalogue';
import { PROGRESS, type RunContext } from './run-context';

export interface RunOptions {
  claims: readonly CataloguedClaim[];
  run: RunContext;
  /** Called as each claim ends, with the errors that made its test fail. */
  onClaim(id: string, errors: string[]): void;
  /** Called as each claim starts. */
  onStart(id: string): void;
  /** Called now and then during long claims, with the share that is done. */
  onProgress(id: string, share: number): void;
  /** Called for what went wrong outside of any claim. */
  onError(message: string): void;
}

/** Milliseconds after the last claim's end within which its process should end as well. */
const GRACE = 20_000;

/**
 * Runs claim files through vitest in one process without isolation: the model is loaded, and its forward pass over the text
 * computed, once for all of them. A native call that still runs when the last claim has ended, because its claim ran out of
 * time, is not waited for: its process is killed. Vitest may hold on to it for a while longer, so a caller that is done
 * leaves by `process.exit`.
 */
export async function runClaims({ claims, run, onClaim, onStart, onProgress, onError }: RunOptions): Promise<void> {
  const conditions = ['@interlayer/source', 'module', 'node', 'import', 'default'];
  // Cheap claims first, so that verdicts appear early: what several share is paid for by the first that needs it.
  const files = [...claims].sort((a, b) => a.claim.budget.seconds - b.claim.budget.seconds).map(({ file }) => file);
  const started = new Set<ChildProcess>();
  const note = (message: unknown) => started.add((message as { process: ChildProcess }).process);
  subscribe('child_process', note);
  let left = files.length;
  let late: NodeJS.Timeout | undefined;
  const { promise: overdue, resolve: giveUp } = deferred();
  const vitest = startVitest(
    'test',
    [],
    {
      config: false,
      root: workspace,
      watch: false,
      include: files,
      pool: 'forks',
      isolate: false,
      fileParallelism: false,
      maxWorkers: 1,
      sequence: { sequencer: inOrder(files) },
      provide: { reproduce: run },
      reporters: [
        {
          onTestCaseReady: (test: TestCase) => onStart(test.name),
          onTestCaseAnnotate(test: TestCase, { type, message }: TestAnnotation) {
            if (type === PROGRESS) onProgress(test.name, Number(message));
          },
          onTestCaseResult(test: TestCase) {
            const errors = test.result().errors ?? [];
            onClaim(
              test.name,
              errors.map(({ message }) => message),
            );
            if (--left === 0) late = setTimeout(giveUp, GRACE);
          },
          onTestRunEnd(modules, unhandled) {
            for (const module of modules)
              for (const { message } of module.errors()) onError(`${relative(workspace, module.moduleId)}: ${message}`);
            for (const { message } of unhandled) onError(String(message));
          },
        },
      ],
    },
    { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } }, logLevel: 'error' },
  );
  try {
    await Promise.race([vitest.then((run) => run.close()), overdue]);
  } finally {
    clearTimeout(late);
    unsubscribe('child_process', note);
    for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Claims run in the given order, not in that of vitest's cache of durations. */
function inOrder(files: readonly string[]) {
  type Specification = { moduleId: string };
  const place = ({ moduleId }: Specification) => files.findIndex((file) => moduleId.endsWith(file));
  return class {
    async shard<T>(specifications: T[]): Promise<T[]> {
      return specifications;
    }
    async sort<T extends Specification>(specifications: T[]): Promise<T[]> {
      return [...specifications].sort((a, b) => place(a) - place(b));
    }
  };
}
