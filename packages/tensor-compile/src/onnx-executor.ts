import type * as tf from '@tensorflow/tfjs-core';
import { platform } from '#platform';
import { checkPrecision, named, requireFinite } from './eager-executor';
import type {
  Compiled,
  CompiledStep,
  CompileOptions,
  CompileStepOptions,
  Executor,
  Precision,
  StepOptimizer,
  StepReport,
  Substitutes,
} from './executor';
import { checkHostTensor, type HostData, type HostTensor, type HostTree, type HostType } from './host-tensor';
import { writeModel } from './onnx/model';
import type { FallbackProfile } from './platform/platform';
import {
  halfError,
  lacksHalf,
  type OnnxRuntime,
  type OrtSession,
  type OrtTensor,
  sessionError,
} from './runtime/onnxruntime';
import { checkProvider, type Provider, type ProviderOptions, providerOf } from './runtime/provider';
import { ResidentState } from './runtime/resident-state';
import { Serial } from './serial';
import { checkStep, isTfOptimizer, orderedScalars, runStep, scalarNamesOf, slotsOf } from './step';
import { assignedSubstitute, checkSubstitutes } from './substitution';
import { type InputSpec, type Trace, trace } from './trace/trace';
import { flattenHost, flattenTensors, rebuild, type Structure, signatureOf, type TensorTree } from './tree';

export interface ExecutorOptions extends ProviderOptions {
  /** An onnxruntime module to use, set up as you like. Default: onnxruntime-node, in a browser onnxruntime-web. */
  ort?: OnnxRuntime;
  /** Gets the names of the nodes that fell back to the CPU, once per graph (with `allowFallback`). Default: a warning. */
  onFallback?: (nodes: string[], graph: string) => void;
}

/** One graph for one set of input shapes. */
interface Program {
  session: OrtSession;
  structure: Structure;
  outputs: { name: string; type: HostType }[];
  /** The positions of the inputs that the graph reads. */
  inputs: number[];
  reads: { name: string; variable: tf.Variable }[];
  writes: { name: string; variable: tf.Variable }[];
  profile: FallbackProfile | undefined;
}

/** What is traced: a function of inputs (a step's scalars, then the leaves of the user's tree) to a tree. */
interface Source {
  name: string;
  body(inputs: tf.Tensor[], structure: Structure): TensorTree;
  state: tf.Variable[];
  /** Variables that turn out to be assigned join the state instead of being an error: tf.Optimizer keeps its own. */
  discovers: boolean;
  cacheSize: number;
  precision: Precision;
  traced?(run: () => Trace): Trace;
}

/**
 * An executor on onnxruntime: onnxruntime-node, in a browser onnxruntime-web. Providers: `cpu`; `wasm` (the CPU in a
 * browser); `webgpu` (in both packages; outside of a browser it needs a graphics driver and, on Linux, libvulkan1), where
 * variables stay on the device; `cuda` (needs onnxruntime's CUDA libraries).
 *
 * @throws if onnxruntime cannot be loaded; the message says what to install.
 */
export async function createExecutor(options: ExecutorOptions): Promise<Executor> {
  checkProvider(options);
  const ort = options.ort ?? (await platform.load(options.provider));
  return new OnnxExecutor(ort, providerOf(options, ort), options);
}

class OnnxExecutor implements Executor {
  readonly name: string;
  readonly #ort: OnnxRuntime;
  readonly #provider: Provider;
  readonly #options: ExecutorOptions;
  readonly #state: ResidentState;
  readonly #serial = new Serial();
  readonly #caches = new Set<ProgramCache>();
  #disposed = false;

  constructor(ort: OnnxRuntime, provider: Provider, options: ExecutorOptions) {
    this.name = provider.description;
    this.#ort = ort;
    this.#provider = provider;
    this.#options = options;
    this.#state = new ResidentState(ort, provider);
  }

  compile<I extends HostTree, O extends HostTree>(
    fn: (inputs: never) => TensorTree,
    { state = [], name = fn.name || 'anonymous', cacheSize = 8, precision = 'float32' }: CompileOptions = {},
  ): Compiled<I, O> {
    checkPrecision(precision);
    const body = (inputs: tf.Tensor[], structure: Structure) => fn(rebuild(structure, inputs) as never);
    const cache = this.#cache({ name, body, state: [...new Set(state)], discovers: false, cacheSize, precision });
    const call = (inputs: I, substitutes: Substitutes = new Map()) =>
      this.#serial.run(async () => {
        checkSubstitutes(substitutes, state, name);
        const { program, leaves } = await cache.get(inputs);
        const assigned = program.writes.find(({ variable }) => substitutes.has(variable));
        if (assigned) throw assignedSubstitute(assigned.variable, name);
        await this.#state.admit([...substitutes.values()]);
        const { tensors, commit } = await this.#run(name, program, leaves, substitutes);
        commit();
        return rebuild(program.structure, tensors) as O;
      });
    return named(call, name, () => this.#serial.run(() => this.#release(cache)));
  }

  compileStep<I extends HostTree>(
    loss: (inputs: never) => tf.Scalar,
    optimizer: StepOptimizer | tf.Optimizer,
    variables: readonly tf.Variable[],
    {
      state = [],
      name = loss.name || 'anonymous',
      cacheSize = 8,
      checkFinite = true,
      precision = 'float32',
    }: CompileStepOptions = {},
  ): CompiledStep<I> {
    checkStep(optimizer, variables, precision);
    const names = scalarNamesOf(optimizer);
    const body = (inputs: tf.Tensor[], structure: Structure) => {
      const tree = rebuild(structure, inputs.slice(names.length));
      const fed = Object.fromEntries(names.map((scalar, i) => [scalar, inputs[i] as tf.Scalar]));
      return runStep(() => loss(tree as never), optimizer, variables, fed);
    };
    const cache = this.#cache({
      name,
      body,
      state: [...new Set([...variables, ...slotsOf(optimizer), ...state])],
      discovers: isTfOptimizer(optimizer),
      cacheSize,
      precision,
      // Tracing is no iteration of the optimiser's.
      traced: (run) => (isTfOptimizer(optimizer) ? keepingIterations(optimizer, run) : run()),
    });
    let steps = 0;
    const call = (inputs: I, scalars?: Record<string, number>) =>
      this.#serial.run(async () => {
        const numbers = orderedScalars(names, scalars).map(
          (value): HostTensor => ({ dtype: 'float32', shape: [], data: Float32Array.of(value) }),
        );
        const { program, leaves } = await cache.get(inputs, numbers);
        const { tensors, commit, discard } = await this.#run(name, program, leaves);
        steps++;
        const report = rebuild(
          program.structure,
          tensors.map(({ data }) => data[0]!),
        ) as StepReport;
        if (checkFinite && !Number.isFinite(report.loss)) discard();
        if (checkFinite) requireFinite(report.loss, name, steps, true);
        commit();
        if (isTfOptimizer(optimizer)) setIterations(optimizer, optimizer.iterations + 1);
        return report;
      });
    return named(call, name, () => this.#serial.run(() => this.#release(cache)));
  }

  pull(variables?: readonly tf.Variable[]): Promise<void> {
    return this.#serial.run(async () => {
      this.#check();
      await this.#state.pull(variables);
    });
  }

  push(variables?: readonly tf.Variable[]): Promise<void> {
    return this.#serial.run(async () => {
      this.#check();
      await this.#state.push(variables);
    });
  }

  dispose(): Promise<void> {
    return this.#serial.run(async () => {
      this.#disposed = true;
      this.#state.clear();
      for (const cache of [...this.#caches]) await this.#release(cache);
      await this.#state.dispose();
    });
  }

  #check(): void {
    if (this.#disposed) throw new Error(`The executor '${this.name}' was disposed; create a new one.`);
  }

  #cache(source: Source): ProgramCache {
    this.#check();
    if (!(Number.isInteger(source.cacheSize) && source.cacheSize >= 1))
      throw new Error(`compile got cacheSize ${source.cacheSize}; expected a whole number of at least 1.`);
    const cache = new ProgramCache(
      source,
      (specs, structure) => this.#build(source, specs, structure),
      async ({ session }) => {
        await this.#state.rehome(session);
        await session.release();
      },
    );
    this.#caches.add(cache);
    return cache;
  }

  async #release(cache: ProgramCache): Promise<void> {
    this.#caches.delete(cache);
    await cache.dispose();
  }

  async #build(source: Source, specs: readonly InputSpec[], structure: Structure): Promise<Program> {
    const { name } = source;
    let result: Structure = [];
    const record = () =>
      trace(
        (inputs) => {
          const flat = flattenTensors(source.body(inputs, structure));
          if (flat.leaves.length === 0) throw new Error(`The function '${name}' returned no tensors.`);
          result = flat.structure;
          return flat.leaves;
        },
        specs,
        source.state,
        this.#provider.dialect,
      );
    const traced = (run: () => Trace): Trace => {
      try {
        return source.traced ? source.traced(run) : run();
      } catch (error) {
        const noRoom = error instanceof RangeError && /allocation failed/.test(error.message);
        throw noRoom ? sessionError(error, `Compiling '${name}' for ${this.name} failed`) : error;
      }
    };
    let recorded = traced(record);
    if (recorded.unlisted.length > 0 && source.discovers) {
      source.state.push(...recorded.unlisted);
      recorded = traced(record);
    }
    if (recorded.unlisted.length > 0)
      throw new Error(
        `The function '${name}' assigned the variable${recorded.unlisted.length === 1 ? '' : 's'} '${recorded.unlisted.map((v) => v.name).join("', '")}', which a compiled graph can only do to variables listed in 'state'.`,
      );

    const written = recorded.state.flatMap(({ variable, output }, i) =>
      output ? [{ variable, name: `next${i}`, value: output }] : [],
    );
    const outputs = recorded.outputs.map((value, i) => ({ name: `output${i}`, value }));
    const stateInputs = recorded.state.map(({ input, output, variable }, i) => {
      return { name: `state${i}`, value: input, variable, weight: !output };
    });
    const { precision } = source;
    const { dataFile } = this.#provider;
    const inputs = [...recorded.inputs, ...stateInputs];
    const model = writeModel(recorded.graph, inputs, [...outputs, ...written], { precision, dataFile });
    const needed = new Set(model.inputs.map((input) => input.value));

    await this.#state.admit(
      recorded.state.filter(({ input, output }) => output || needed.has(input)).map(({ variable }) => variable),
    );
    const profile =
      this.#options.allowFallback && this.#provider.name !== 'cpu'
        ? platform.profile?.(this.#provider.name)
        : undefined;
    const session = await this.#ort.InferenceSession.create(model.bytes, {
      ...this.#provider.sessionOptions,
      ...profile?.sessionOptions,
      // Onnxruntime copies them while it makes the session.
      externalData: model.external.map(({ file, bytes }) => ({ path: file, data: bytes })),
      ...(this.#provider.resident
        ? {
            preferredOutputLocation: Object.fromEntries([
              ...outputs.map((output) => [output.name, 'cpu' as const]),
              ...written.map((output) => [output.name, 'gpu-buffer' as const]),
            ]),
          }
        : {}),
    }).catch((error: unknown) => {
      throw createError(error, name, this.#provider, model.operators);
    });
    return {
      session,
      structure: result,
      outputs: outputs.map((output) => ({ name: output.name, type: output.value.type as HostType })),
      inputs: recorded.inputs.flatMap((input, i) => (needed.has(input.value) ? [i] : [])),
      reads: stateInputs.filter(({ value }) => needed.has(value)),
      writes: written,
      profile,
    };
  }

  async #run(
    name: string,
    program: Program,
    leaves: readonly HostTensor[],
    substitutes: Substitutes = new Map(),
  ): Promise<{ tensors: HostTensor[]; commit(): void; discard(): void }> {
    const feeds: Record<string, OrtTensor> = {};
    for (const i of program.inputs) {
      const { dtype, data, shape } = leaves[i]!;
      feeds[`input${i}`] = new this.#ort.Tensor(dtype, data, shape);
    }
    for (const { name: input, variable } of program.reads)
      feeds[input] = this.#state.current(substitutes.get(variable) ?? variable);
    const fetches: Record<string, OrtTensor | null> = {};
    // Onnxruntime-node copies what it makes here. A fresh array handed in for each output is no way out: it took twice as long
    // (12 million numbers on the CPU, 1.30). An array used again would change under the caller's hands.
    for (const output of program.outputs) fetches[output.name] = null;
    for (const { name: output, variable } of program.writes) fetches[output] = this.#state.spare(variable);
    const results = await program.session.run(feeds, fetches).catch(async (error: unknown) => {
      throw lacksHalf(error)
        ? halfError(error, name, await platform.device(this.#ort))
        : sessionError(error, `Running '${name}' on ${this.name} failed`);
    });
    if (program.profile) this.#reportFallback(name, program);
    const tensors = program.outputs.map((output): HostTensor => {
      const { dims, data } = results[output.name]!;
      return { dtype: output.type, shape: [...dims], data: data as HostData };
    });
    const commit = () => {
      for (const { name: output, variable } of program.writes)
        this.#state.commit(variable, results[output]!, program.session);
    };
    const discard = () => {
      if (this.#provider.resident) for (const { name: output } of program.writes) results[output]!.dispose();
    };
    return { tensors, commit, discard };
  }

  #reportFallback(name: string, program: Program): void {
    const nodes = program.profile!.finish(program.session);
    program.profile = undefined;
    if (nodes.length === 0) return;
    if (this.#options.onFallback) this.#options.onFallback(nodes, name);
    else
      console.warn(
        `${nodes.length} nodes of '${name}' run on the CPU instead of ${this.#provider.name}: ${nodes.join(', ')}`,
      );
  }
}

/** Programs by the shapes of their inputs, the least recently used one first. */
class ProgramCache {
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

  async get(
    inputs: HostTree,
    scalars: readonly HostTensor[] = [],
  ): Promise<{ program: Program; leaves: HostTensor[] }> {
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
    return { program, leaves };
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await this.#discard(program);
  }
}

function createError(error: unknown, name: string, provider: Provider, operators: ReadonlyMap<string, number>): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/fallback to CPU EP has been explicitly disabled/i.test(message))
    return new Error(
      `'${name}' uses operators that ${provider.name} cannot run on the device. It uses ${[...operators.keys()].sort().join(', ')}. Pass allowFallback: true to createExecutor to run the missing ones on the CPU and have them named.`,
      { cause: error },
    );
  if (provider.name === 'webgpu' && /adapter|WebGPU|Dawn|vulkan/i.test(message))
    return new Error(
      `No WebGPU device for '${name}': a graphics driver is needed, and libvulkan1 on Linux. Use the provider 'cpu' otherwise. (${message.split('\n')[0]})`,
      { cause: error },
    );
  if (provider.name === 'cuda' && /cuda|cudnn|\.so|backend not found/i.test(message))
    return new Error(
      `The CUDA provider could not be loaded for '${name}': it needs onnxruntime's CUDA library (installed by onnxruntime-node's own install script), CUDA 12 and cuDNN 9. The provider 'webgpu' needs none of them. (${message.split('\n')[0]})`,
      { cause: error },
    );
  return sessionError(error, `Compiling '${name}' for ${provider.description} failed`);
}

/** tf.Optimizer counts its own steps in a field it does not publish. */
const setIterations = (optimizer: tf.Optimizer, value: number): void => {
  (optimizer as unknown as { iterations_: number }).iterations_ = value;
};

function keepingIterations<T>(optimizer: tf.Optimizer, run: () => T): T {
  const { iterations } = optimizer;
  try {
    return run();
  } finally {
    setIterations(optimizer, iterations);
  }
}
