import { Worker } from 'node:worker_threads';
import { expect } from 'vitest';

/** How many damaged inputs each reader is given; INTERLAYER_FULL=1 gives it ten thousand. */
const INPUTS = process.env.INTERLAYER_FULL === '1' ? 10_000 : 300;
/** What reading one input may take. */
const MOST_SECONDS = 2;
const MOST_BYTES = 300e6;
const TOO_SLOW = `took over ${MOST_SECONDS} seconds`;
/** Seconds after which a reader that never returns is killed together with its process, as nothing else can stop it. */
const KILLED_AFTER = 60;

/** What came of the damaged inputs of one reader. */
export interface FuzzFigures {
  inputs: number;
  /** Refused by an error that says what is wrong with the input. */
  cleanErrors: number;
  /** Read; `check` had nothing against the result. */
  accepted: number;
  /** Errors of JavaScript or of the system, such as "x is not a function", and results that are wrong. */
  crashes: number;
  /** Inputs that took over 2 seconds or 300 MB. */
  hangs: number;
}

export interface FuzzOptions<Input, Result> {
  /** Throws where a result that was read is wrong. */
  check?(result: Result, input: Input): unknown;
  /** How many inputs, where a reader is slow; by default 300, and 10,000 with INTERLAYER_FULL=1. */
  inputs?: number;
}

/**
 * Gives a reader damaged inputs. Each must be refused by an error of ours, or read to a right result, within 2 seconds and
 * 300 MB; otherwise the test fails and names the seeds. Prints the row of figures that SECURITY.md has.
 *
 * @param name what SECURITY.md calls the reader: what it reads, and the package in brackets
 * @param input the input of a seed; the same seed gives the same one
 */
export async function fuzz<Input, Result>(
  name: string,
  reader: (input: Input) => Result | Promise<Result>,
  input: (seed: number) => Input,
  { check, inputs = INPUTS }: FuzzOptions<Input, Result> = {},
): Promise<FuzzFigures> {
  const figures: FuzzFigures = { inputs: 0, cleanErrors: 0, accepted: 0, crashes: 0, hangs: 0 };
  const faults: string[] = [];
  const dog = watchdog(name);
  try {
    for (let seed = 1; seed <= inputs; seed++) {
      const outcome = async () => {
        dog.watch(seed);
        return await outcomeOf(reader, input(seed), check);
      };
      let { kind, reason } = await outcome();
      // A busy machine is slow: only what is slow twice is the input's fault.
      if (reason === TOO_SLOW) ({ kind, reason } = await outcome());
      figures.inputs++;
      figures[kind]++;
      if (reason) faults.push(`seed ${seed}: ${reason}`);
    }
  } finally {
    await dog.end();
  }
  const count = (n: number) => n.toLocaleString('en-US');
  const { cleanErrors, accepted, crashes, hangs } = figures;
  const row = [name, ...[figures.inputs, cleanErrors, accepted, crashes, hangs].map(count)].join(' | ');
  console.log(`fuzz (inputs, clean errors, accepted, crashes, hangs): | ${row} |`);
  if (faults.length > 0)
    expect.fail(
      `${name}: ${crashes} crashes, ${hangs} hangs, the first of which are\n${faults.slice(0, 5).join('\n')}`,
    );
  return figures;
}

type Outcome = { kind: Exclude<keyof FuzzFigures, 'inputs'>; reason?: string };

async function outcomeOf<Input, Result>(
  reader: (input: Input) => Result | Promise<Result>,
  input: Input,
  check?: FuzzOptions<Input, Result>['check'],
): Promise<Outcome> {
  const before = memory();
  const began = performance.now();
  const late = Symbol();
  let timer: NodeJS.Timeout | undefined;
  const outcome = await Promise.race([
    answerOf(reader, input),
    new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, 1000 * MOST_SECONDS, late);
    }),
  ]);
  clearTimeout(timer);
  const seconds = (performance.now() - began) / 1000;
  const after = memory();
  const bytes = Math.max(after.held - before.held, after.peak - before.peak);
  // Memory first: it does not depend on how busy the machine is, and taking it can be what was slow.
  if (bytes > MOST_BYTES) return { kind: 'hangs', reason: `took ${Math.round(bytes / 1e6)} MB` };
  if (outcome === late || seconds > MOST_SECONDS) return { kind: 'hangs', reason: TOO_SLOW };
  if ('error' in outcome)
    return isClean(outcome.error) ? { kind: 'cleanErrors' } : { kind: 'crashes', reason: stackOf(outcome.error) };
  try {
    await check?.(outcome.result, input);
    return { kind: 'accepted' };
  } catch (error) {
    return { kind: 'crashes', reason: `a wrong result: ${stackOf(error)}` };
  }
}

async function answerOf<Input, Result>(reader: (input: Input) => Result | Promise<Result>, input: Input) {
  try {
    return { result: await reader(input) };
  } catch (error) {
    return { error };
  }
}

/** What is held now, also in memory that the system has not given out yet, and the most that was ever resident. */
const memory = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { held: heapUsed + arrayBuffers, peak: process.resourceUsage().maxRSS * 1024 };
};

/**
 * Whether an error was written for the reader of its message: not one of JavaScript's own, nor a bare error of the system, nor
 * a wrapped sign that something went wrong inside. Parsers of JSON and of UTF-8 say by such errors what is wrong with the input.
 */
export const isClean = (error: unknown): boolean =>
  error instanceof Error &&
  !OF_JAVASCRIPT.some((kind) => error instanceof kind) &&
  !('syscall' in error) &&
  error.message.length > 20 &&
  !causesOf(error).some((cause) => cause instanceof RangeError || cause instanceof ReferenceError || isMisuse(cause));

const OF_JAVASCRIPT = [TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError];

const isMisuse = (cause: unknown) => cause instanceof TypeError && !('code' in cause);

const causesOf = ({ cause }: Error): unknown[] => (cause instanceof Error ? [cause, ...causesOf(cause)] : []);

const stackOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 1500);

/** A thread that kills this process when one input never ends, and names its seed: nothing within the thread itself could. */
function watchdog(name: string): { watch(seed: number): void; end(): Promise<unknown> } {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(
    `const { workerData: { shared, name, pid, after } } = require('node:worker_threads');
     let last = -1, ticks = 0;
     setInterval(() => {
       const beat = Atomics.load(shared, 0);
       ticks = beat === last ? ticks + 1 : 0;
       last = beat;
       if (ticks < after) return;
       require('node:fs').writeSync(2, 'fuzz: ' + name + ' never ended on seed ' + Atomics.load(shared, 1) + '\\n');
       process.kill(pid, 'SIGKILL');
     }, 1000);`,
    { eval: true, workerData: { shared, name, pid: process.pid, after: KILLED_AFTER } },
  );
  worker.unref();
  return {
    watch(seed) {
      Atomics.store(shared, 1, seed);
      Atomics.add(shared, 0, 1);
    },
    end: () => worker.terminate(),
  };
}
