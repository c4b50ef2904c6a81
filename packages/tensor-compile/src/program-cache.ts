import type * as tf from '@tensorflow/tfjs-core';
import type { Precision } from './executor';
import { checkHostTensor, type HostTensor, type HostTree, type HostType } from './host-tensor';
import type { Lanes } from './lanes';
import type { Value } from './onnx/value';
import type { FallbackProfile } from './platform/platform';
import type { OrtSession } from './runtime/onnxruntime';
import { type Checks, checkInputs } from './trace/checks';
import type { InputSpec, Trace } from './trace/trace';
import { flattenHost, type Structure, signatureOf, type TensorTree } from './tree';

/** One graph for one set of input shapes. */
export interface Program {
  session: OrtSession;
  structure: Structure;
  /** The function's outputs, followed by those that the checks read. */
  outputs: { name: string; type: HostType }[];
  /** The positions of the inputs that the graph reads. */
  inputs: number[];
  reads: { name: string; value: Value; variable: tf.Variable }[];
  writes: { name: string; variable: tf.Variable }[];
  profile: FallbackProfile | undefined;
  checks: Checks;
  /** Runs the graph over several parts of a batch in parallel, if the source asks for it. */
  lanes?: Lanes;
}

/** A program, and its inputs in one call. */
export interface Prepared {
  program: Program;
  leaves: HostTensor[];
}

/** A function to trace: from inputs (a step's scalars, then the leaves of the user's tree) to a tree. */
export interface Source {
  name: string;
  body(inputs: tf.Tensor[], structure: Structure): TensorTree;
  state: tf.Variable[];
  /** Whether other variables may be assigned; they join the state. A tf.Optimizer has variables of its own. */
  discovers: boolean;
  cacheSize: number;
  precision: Precision;
  /** How many parts of a batch run in parallel, sharing the threads. Default 1. */
  lanes?: number;
  traced?(run: () => Trace): Trace;
}

/** Programs by the shapes of their inputs, the least recently used first. */
export class ProgramCache {
  readonly #source: Source;
  readonly #build: (specs: InputSpec[], structure: Structure) => Promise<Program>;
  readonly #discard: (program: Program) => Promise<void>;
  readonly #programs = new Map<string, Program>();
  #disposed = false;

  constructor(
    source: Source,
    build: (specs: InputSpec[], structure: Structure) => Promise<Program>,
    discard: (program: Program) => Promise<void>,
  ) {
    this.#source = source;
    this.#build = build;
    this.#discard = discard;
  }

  async get(inputs: HostTree, scalars: readonly HostTensor[] = []): Promise<Prepared> {
    if (this.#disposed) throw new Error(`The compiled function '${this.#source.name}' was disposed.`);
    const flat = flattenHost(inputs);
    flat.leaves.forEach((leaf, i) => {
      checkHostTensor(leaf, flat.paths[i]!);
    });
    const leaves = [...scalars, ...flat.leaves];
    const key = signatureOf(flat);
    let program = this.#programs.get(key);
    if (program) this.#programs.delete(key);
    else {
      while (this.#programs.size >= this.#source.cacheSize) {
        const [oldest, evicted] = this.#programs.entries().next().value!;
        this.#programs.delete(oldest);
        await this.#discard(evicted);
      }
      const specs = leaves.map(({ dtype, shape }, i) => ({ name: `input${i}`, dtype, shape }));
      program = await this.#build(specs, flat.structure);
    }
    this.#programs.set(key, program);
    checkInputs(this.#source.name, program.checks, leaves, [
      ...scalars.map(() => 'a number of the step'),
      ...flat.paths,
    ]);
    return { program, leaves };
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await this.#discard(program);
  }
}
