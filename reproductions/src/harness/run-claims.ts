import { relative } from 'node:path';
import { startVitest, type TestCase } from 'vitest/node';
import { type CataloguedClaim, workspace } from './catalogue';
import type { RunContext } from './run-context';

export interface RunOptions {
  claims: readonly CataloguedClaim[];
  run: RunContext;
  /** Called as each claim ends, with the errors that made its test fail. */
  onClaim(id: string, errors: string[]): void;
  /** Called as each claim starts. */
  onStart(id: string): void;
  /** Called for what went wrong outside of any claim. */
  onError(message: string): void;
  /** Folder that holds the claim files; tests give their own. */
  root?: string;
}

export interface RunningClaims {
  done: Promise<void>;
  /** Ends the measuring process; finished claims keep their results. */
  stop(): Promise<void>;
}

/**
 * Runs claim files through vitest in one process without isolation: the model is loaded, and its forward pass over the text
 * computed, once for all of them.
 */
export function runClaims({ claims, run, onClaim, onStart, onError, root = workspace }: RunOptions): RunningClaims {
  const conditions = ['@interlayer/source', 'module', 'node', 'import', 'default'];
  const files = claims.map(({ file }) => file);
  let cancel = async () => {};
  let stopped = false;
  const done = (async () => {
    const vitest = await startVitest(
      'test',
      [],
      {
        config: false,
        root,
        watch: false,
        include: files,
        pool: 'forks',
        isolate: false,
        fileParallelism: false,
        maxWorkers: 1,
        sequence: { sequencer: inOrder(files) },
        provide: { reproduce: run },
        passWithNoTests: false,
        hookTimeout: 600_000,
        reporters: [
          {
            onInit(instance) {
              cancel = async () => {
                await instance.cancelCurrentRun('keyboard-input');
              };
              if (stopped) void cancel();
            },
            onTestCaseReady: (test: TestCase) => onStart(test.name),
            onTestCaseResult(test: TestCase) {
              const { state, errors } = test.result();
              if (state !== 'skipped')
                onClaim(
                  test.name,
                  (errors ?? []).map(({ message }) => message),
                );
            },
            onTestRunEnd(modules, unhandled) {
              for (const module of modules)
                for (const { message } of module.errors()) onError(`${relative(root, module.moduleId)}: ${message}`);
              for (const { message } of unhandled) onError(String(message));
            },
          },
        ],
      },
      { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } }, logLevel: 'error' },
    );
    await vitest.close();
  })();
  return {
    done,
    async stop() {
      stopped = true;
      await cancel();
    },
  };
}

/** Claims run in the order of the catalogue, not of vitest's cache of durations. */
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
