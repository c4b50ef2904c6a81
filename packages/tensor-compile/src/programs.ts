import { platform } from '#platform';
import { buildProgram } from './build-program';
import type { Engine } from './engine';
import type { Substitutes } from './executor';
import type { HostData, HostTensor, HostTree } from './host-tensor';
import { named } from './named';
import { type Prepared, type Program, ProgramCache, type Source } from './program-cache';
import { halfError, lacksHalf, type OrtTensor, sessionError } from './runtime/onnxruntime';
import { Serial } from './serial';
import { checkOutputs } from './trace/checks';

/** What a run assigned to variables, to keep or to drop. */
export interface Assigned {
  commit(): void;
  discard(): void;
}

export const NOTHING: Assigned = { commit() {}, discard() {} };

/** The compiled graphs of one executor: makes them, runs them and releases them. */
export class Programs {
  readonly engine: Engine;
  readonly #serial = new Serial();
  readonly #caches = new Set<ProgramCache>();
  #disposed = false;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** @throws if they were released */
  check(): void {
    if (this.#disposed)
      throw new Error(`The executor '${this.engine.provider.description}' was disposed; create a new one.`);
  }

  /** Runs a job after those that were given before it. */
  inTurn<T>(job: () => Promise<T>): Promise<T> {
    return this.#serial.run(job);
  }

  /** A compiled function: its calls, and the release of its graphs, wait for their turn. */
  callable<A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>, release: () => Promise<void>) {
    return named(
      (...args: A) => this.inTurn(() => call(...args)),
      name,
      () => this.inTurn(release),
    );
  }

  cache(source: Source): ProgramCache {
    this.check();
    if (!(Number.isInteger(source.cacheSize) && source.cacheSize >= 1))
      throw new Error(`compile got cacheSize ${source.cacheSize}; expected a whole number of at least 1.`);
    const cache = new ProgramCache(
      source,
      (specs, structure) => buildProgram(source, specs, structure, this.engine),
      async ({ session, lanes }) => {
        await lanes?.close();
        await this.engine.state.rehome(session);
        await session.release();
      },
    );
    this.#caches.add(cache);
    return cache;
  }

  async release(cache: ProgramCache): Promise<void> {
    this.#caches.delete(cache);
    await cache.dispose();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.engine.state.clear();
    for (const cache of [...this.#caches]) await this.release(cache);
    await this.engine.state.dispose();
  }

  /** Runs a graph. What it assigned is kept by `commit`. */
  async run(
    name: string,
    program: Program,
    leaves: readonly HostTensor[],
    substitutes: Substitutes = new Map(),
    /** Where to write the first outputs, in place of new arrays. */
    into?: readonly HostTensor[],
  ): Promise<{ tensors: HostTensor[] } & Assigned> {
    const feeds: Record<string, OrtTensor> = {};
    for (const i of program.inputs) feeds[`input${i}`] = this.#tensor(leaves[i]!);
    for (const { name: input, variable } of program.reads)
      feeds[input] = this.engine.state.current(substitutes.get(variable) ?? variable);
    const fetches: Record<string, OrtTensor | null> = {};
    // onnxruntime-node copies these outputs, also those that it has written into a given array, whose values it returns as a
    // new one. Passing a fresh array for each took twice as long (12 million numbers on the CPU, 1.30), and reusing arrays
    // saved nothing.
    for (const [i, output] of program.outputs.entries()) {
      fetches[output.name] = into?.[i] ? this.#tensor(into[i]) : null;
    }
    for (const { name: output, variable } of program.writes) fetches[output] = this.engine.state.spare(variable);
    const results = await program.session.run(feeds, fetches).catch(async (error: unknown) => {
      throw lacksHalf(error)
        ? halfError(error, name, await platform.device(this.engine.ort))
        : sessionError(error, `Running '${name}' on ${this.engine.provider.description} failed`);
    });
    if (program.profile) this.#reportFallback(name, program);
    const outputs = program.outputs.map((output): HostTensor => {
      const { dims, data } = results[output.name]!;
      return { dtype: output.type, shape: [...dims], data: data as HostData };
    });
    const commit = () => {
      for (const { name: output, variable } of program.writes)
        this.engine.state.commit(variable, results[output]!, program.session);
    };
    const discard = () => {
      if (this.engine.provider.resident) for (const { name: output } of program.writes) results[output]!.dispose();
    };
    try {
      return { tensors: checked(name, program, outputs), commit, discard };
    } catch (error) {
      discard();
      throw error;
    }
  }

  /** Runs a graph into given tensors. */
  async runInto(name: string, cache: ProgramCache, inputs: HostTree, into: readonly HostTensor[]): Promise<Assigned> {
    const { program, leaves } = await cache.get(inputs);
    return this.run(name, program, leaves, undefined, into);
  }

  /** Whether each part can have a thread of its own, which loads onnxruntime-node itself. */
  sideBySide(parts: number): boolean {
    const { writesInPlace, threads } = this.engine.provider;
    return (
      platform.startThread !== undefined && writesInPlace && !this.engine.options.ort && parts > 1 && parts <= threads
    );
  }

  /** The outputs of one graph for each part, computed in parallel. */
  async runLanes(
    name: string,
    cache: ProgramCache,
    parts: readonly HostTree[],
    into?: readonly (readonly HostTensor[])[],
  ): Promise<HostTensor[][]> {
    const prepared: Prepared[] = [];
    for (const part of parts) prepared.push(await cache.get(part));
    const { program, leaves } = prepared[0]!;
    const weights = program.reads.map(({ variable }) => this.engine.state.current(variable).data as HostData);
    const inputs = prepared.map((part) => program.inputs.map((i) => part.leaves[i]!.data));
    const runFirst = (outputs: HostTensor[]) => this.run(name, program, leaves, undefined, outputs);
    const results = await program.lanes!.run(inputs, weights, runFirst, into);
    return results.map((tensors) => checked(name, program, tensors));
  }

  #tensor({ dtype, data, shape }: HostTensor): OrtTensor {
    return new this.engine.ort.Tensor(dtype, data, shape);
  }

  #reportFallback(name: string, program: Program): void {
    const nodes = program.profile!.finish(program.session);
    program.profile = undefined;
    if (nodes.length === 0) return;
    if (this.engine.options.onFallback) this.engine.options.onFallback(nodes, name);
    else
      console.warn(
        `${nodes.length} nodes of '${name}' run on the CPU instead of ${this.engine.provider.name}: ${nodes.join(', ')}`,
      );
  }
}

/** Checks the outputs of a graph and returns those of the function. */
function checked(name: string, { checks }: Program, outputs: readonly HostTensor[]): HostTensor[] {
  const returned = outputs.length - 2 * checks.outputs.length;
  checkOutputs(name, checks, outputs.slice(returned));
  return outputs.slice(0, returned);
}
