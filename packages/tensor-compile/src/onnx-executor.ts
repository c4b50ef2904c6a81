import type * as tf from '@tensorflow/tfjs-core';
import { platform } from '#platform';
import { checkPrecision, named, requireFinite } from './eager-executor';
import type {
  Compiled,
  CompiledStep,
  CompileOptions,
  CompileStepOptions,
  Executor,
  ParallelStep,
  StepOptimizer,
  StepReport,
  Substitutes,
} from './executor';
import type { HostData, HostOf, HostTensor, HostTree, HostType } from './host-tensor';
import { Lanes } from './lanes';
import { writeModel } from './onnx/model';
import type { Value } from './onnx/value';
import { type Prepared, type Program, ProgramCache, type Source } from './program-cache';
import { halfError, lacksHalf, type OnnxRuntime, type OrtTensor, sessionError } from './runtime/onnxruntime';
import { checkProvider, type Provider, type ProviderOptions, providerOf } from './runtime/provider';
import { ResidentState } from './runtime/resident-state';
import { Serial } from './serial';
import {
  checkStep,
  gradientsOf,
  isTfOptimizer,
  orderedScalars,
  runStep,
  scalarNamesOf,
  sharedLoss,
  sharesOf,
  slotsOf,
  updateOfParts,
} from './step';
import { assignedSubstitute, checkSubstitutes } from './substitution';
import { checkOutputs } from './trace/checks';
import { type InputSpec, type Trace, trace } from './trace/trace';
import { flattenTensors, rebuild, type Structure, type TensorTree } from './tree';
import { UpdateOnHost } from './update-on-host';

export interface ExecutorOptions extends ProviderOptions {
  /** The onnxruntime module to use. Default: onnxruntime-node, or onnxruntime-web in a browser. */
  ort?: OnnxRuntime;
  /** Gets the names of the nodes that run on the CPU instead, once per graph (with `allowFallback`). Default: a warning. */
  onFallback?: (nodes: string[], graph: string) => void;
}

/**
 * Makes an executor on onnxruntime-node, or on onnxruntime-web in a browser. Providers: `cpu`; `wasm` (the CPU in a
 * browser); `webgpu`, where variables stay on the device (in Node it needs a graphics driver and, on Linux, libvulkan1);
 * `cuda` (needs onnxruntime's CUDA libraries).
 *
 * @throws if onnxruntime cannot be loaded; the message says what to install.
 */
export async function createExecutor(options: ExecutorOptions): Promise<Executor> {
  checkProvider(options);
  const ort = options.ort ?? (await platform.load(options.provider));
  return new OnnxExecutor(ort, providerOf(options, ort), options);
}

/** What a run assigned to variables, to keep or to drop. */
interface Assigned {
  commit(): void;
  discard(): void;
}

const NOTHING: Assigned = { commit() {}, discard() {} };

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

  compile<I, O extends TensorTree>(
    fn: (inputs: I) => O,
    { state = [], name = fn.name || 'anonymous', cacheSize = 8, precision = 'float32' }: CompileOptions = {},
  ): Compiled<HostOf<I>, HostOf<O>> {
    checkPrecision(precision);
    const body = (inputs: tf.Tensor[], structure: Structure) => fn(rebuild(structure, inputs) as I);
    const cache = this.#cache({ name, body, state: [...new Set(state)], discovers: false, cacheSize, precision });
    const call = (inputs: HostOf<I>, substitutes: Substitutes = new Map()) =>
      this.#serial.run(async () => {
        checkSubstitutes(substitutes, state, name);
        const { program, leaves } = await cache.get(inputs);
        const assigned = program.writes.find(({ variable }) => substitutes.has(variable));
        if (assigned) throw assignedSubstitute(assigned.variable, name);
        await this.#state.admit([...substitutes.values()]);
        const { tensors, commit } = await this.#run(name, program, leaves, substitutes);
        commit();
        return rebuild(program.structure, tensors) as HostOf<O>;
      });
    return named(call, name, () => this.#serial.run(() => this.#release(cache)));
  }

  compileStep<I>(
    loss: (inputs: I) => tf.Scalar,
    optimizer: StepOptimizer | tf.Optimizer,
    variables: readonly tf.Variable[],
    {
      state = [],
      name = loss.name || 'anonymous',
      cacheSize = 8,
      checkFinite = true,
      precision = 'float32',
    }: CompileStepOptions = {},
  ): CompiledStep<HostOf<I>> {
    checkStep(optimizer, variables, precision);
    const scalarNames = scalarNamesOf(optimizer);
    const update = this.#updatesOnHost(optimizer, variables)(1);
    if (update) {
      const lossOf = (inputs: tf.Tensor[], structure: Structure) => loss(rebuild(structure, inputs) as I);
      const gradients = this.#gradients(name, lossOf, variables, { state, cacheSize });
      const take = this.#takerOnHost(name, scalarNames, checkFinite);
      const call = (inputs: HostOf<I>, scalars?: Record<string, number>) =>
        this.#serial.run(() => take(update, scalars, () => this.#runInto(name, gradients, inputs, update.parts[0]!)));
      return named(call, name, () => this.#serial.run(() => this.#release(gradients)));
    }
    const source = this.#stepSource(name, optimizer, [...variables, ...state], cacheSize, (inputs, structure) => {
      const { scalars, leaves } = splitScalars(scalarNames, inputs);
      const tree = rebuild(structure, leaves) as I;
      return runStep(() => loss(tree), optimizer, variables, scalars);
    });
    const cache = this.#cache(source);
    const take = this.#taker(name, optimizer, checkFinite);
    const call = (inputs: HostOf<I>, scalars?: Record<string, number>) =>
      this.#serial.run(async () => take(await cache.get(inputs, numbersOf(scalarNames, scalars))));
    return named(call, name, () => this.#serial.run(() => this.#release(cache)));
  }

  compileParallelStep<I>(
    loss: (part: I) => tf.Scalar,
    optimizer: StepOptimizer | tf.Optimizer,
    variables: readonly tf.Variable[],
    {
      name = loss.name || 'anonymous',
      cacheSize = 8,
      checkFinite = true,
      precision = 'float32',
    }: Omit<CompileStepOptions, 'state'> = {},
  ): ParallelStep<HostOf<I>> {
    checkStep(optimizer, variables, precision);
    const scalarNames = scalarNamesOf(optimizer);
    const take = this.#taker(name, optimizer, checkFinite);
    const takeOnHost = this.#takerOnHost(name, scalarNames, checkFinite);
    const updateOnHost = this.#updatesOnHost(optimizer, variables);
    const lossOfAll = (inputs: tf.Tensor[], structure: Structure) => {
      const { parts, shares } = rebuild(structure, inputs) as { parts: TensorTree[]; shares: tf.Scalar[] };
      return sharedLoss(loss, parts, shares);
    };
    // Either all parts in one graph, with the update or without it,
    const step = this.#cache(
      this.#stepSource(name, optimizer, variables, cacheSize, (inputs, structure) => {
        const { scalars, leaves } = splitScalars(scalarNames, inputs);
        return runStep(() => lossOfAll(leaves, structure), optimizer, variables, scalars);
      }),
    );
    const gradientsOfAll = this.#gradients(name, lossOfAll, variables, { cacheSize });
    // or the gradients of all parts in parallel, followed by one update.
    const gradients = new Map<number, ProgramCache>();
    const gradientsIn = (lanes: number) => {
      const known = gradients.get(lanes);
      if (known) return known;
      const lossOf = (inputs: tf.Tensor[], structure: Structure) => {
        const { part, share } = rebuild(structure, inputs) as { part: TensorTree; share: tf.Scalar };
        return sharedLoss(loss, [part], [share]);
      };
      const cache = this.#gradients(name, lossOf, variables, { cacheSize, lanes });
      gradients.set(lanes, cache);
      return cache;
    };
    const updates = this.#cache(
      this.#stepSource(name, optimizer, variables, cacheSize, (inputs, structure) => {
        const { scalars, leaves } = splitScalars(scalarNames, inputs);
        return updateOfParts(optimizer, variables, rebuild(structure, leaves) as tf.Tensor[][], scalars);
      }),
    );
    const call = (parts: readonly HostOf<I>[], scalars?: Record<string, number>, weights?: readonly number[]) =>
      this.#serial.run(async () => {
        const shares = sharesOf(parts, weights, name).map(scalarTensor);
        const numbers = numbersOf(scalarNames, scalars);
        const count = parts.length;
        const inLanes = this.#sideBySide(count);
        const update = updateOnHost(inLanes ? count : 1);
        if (!inLanes) {
          const all = { parts: [...parts], shares };
          return update
            ? takeOnHost(update, scalars, () => this.#runInto(name, gradientsOfAll, all, update.parts[0]!))
            : take(await step.get(all, numbers));
        }
        const inputs = parts.map((part, i) => ({ part, share: shares[i]! }));
        const run = () => this.#runLanes(name, gradientsIn(count), inputs, update?.parts);
        return update
          ? takeOnHost(update, scalars, () => run().then(() => NOTHING))
          : take(await updates.get(await run(), numbers));
      });
    return named(call, name, () =>
      this.#serial.run(async () => {
        for (const cache of [step, gradientsOfAll, updates, ...gradients.values()]) await this.#release(cache);
      }),
    );
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

  /** Whether each part can have a thread of its own, which loads onnxruntime-node itself. */
  #sideBySide(parts: number): boolean {
    const { writesInPlace, threads } = this.#provider;
    return platform.startThread !== undefined && writesInPlace && !this.#options.ort && parts > 1 && parts <= threads;
  }

  #stepSource(
    name: string,
    optimizer: StepOptimizer | tf.Optimizer,
    state: readonly tf.Variable[],
    cacheSize: number,
    body: Source['body'],
  ): Source {
    return {
      name,
      body,
      state: [...new Set([...state, ...slotsOf(optimizer)])],
      discovers: isTfOptimizer(optimizer),
      cacheSize,
      precision: 'float32',
      // Tracing does not count as an iteration of the optimiser.
      traced: (run) => (isTfOptimizer(optimizer) ? keepingIterations(optimizer, run) : run()),
    };
  }

  /** The update of an optimiser that has one for arrays of the host, where variables live there, by the number of parts. */
  #updatesOnHost(optimizer: StepOptimizer | tf.Optimizer, variables: readonly tf.Variable[]) {
    const updates = new Map<number, UpdateOnHost | undefined>();
    return (parts: number): UpdateOnHost | undefined => {
      if (!this.#provider.writesInPlace || isTfOptimizer(optimizer)) return undefined;
      if (!updates.has(parts)) updates.set(parts, UpdateOnHost.of(optimizer, variables, parts, this.#state));
      return updates.get(parts);
    };
  }

  /** Graphs of a loss and its gradients. */
  #gradients(
    name: string,
    loss: (inputs: tf.Tensor[], structure: Structure) => tf.Scalar,
    variables: readonly tf.Variable[],
    { state = [], cacheSize, lanes }: { state?: readonly tf.Variable[]; cacheSize: number; lanes?: number },
  ): ProgramCache {
    const body = (inputs: tf.Tensor[], structure: Structure) => {
      const before = variables.map(({ dataId }) => dataId);
      const { value, gradients } = gradientsOf(() => loss(inputs, structure), variables);
      const assigned = variables.find(({ dataId }, i) => dataId !== before[i]);
      if (assigned)
        throw new Error(
          `The loss of '${name}' assigns the variable '${assigned.name}', which the step itself updates.`,
        );
      return [value, ...gradients];
    };
    const resident = [...new Set([...variables, ...state])];
    return this.#cache({ name, body, state: resident, discovers: false, cacheSize, precision: 'float32', lanes });
  }

  /** Runs a graph into given tensors. */
  async #runInto(name: string, cache: ProgramCache, inputs: HostTree, into: readonly HostTensor[]): Promise<Assigned> {
    const { program, leaves } = await cache.get(inputs);
    return this.#run(name, program, leaves, undefined, into);
  }

  /** Takes one step: computes the gradients and updates on the host, unless a number is not finite. */
  #takerOnHost(name: string, scalarNames: readonly string[], checkFinite: boolean) {
    let steps = 0;
    return async (
      update: UpdateOnHost,
      scalars: Record<string, number> | undefined,
      computeGradients: () => Promise<Assigned>,
    ): Promise<StepReport> => {
      const numbers = orderedScalars(scalarNames, scalars);
      await update.settle();
      const assigned = await computeGradients();
      steps++;
      const { loss } = update;
      const finite = !checkFinite || Number.isFinite(loss);
      const named = Object.fromEntries(scalarNames.map((scalar, i) => [scalar, numbers[i]!]));
      const report: StepReport = { loss, ...(finite && update.apply(named, checkFinite)) };
      if (checkFinite) requireFinite(report, name, steps, assigned.discard);
      assigned.commit();
      return report;
    };
  }

  /** Takes one step: runs its program and keeps the assigned values, unless the loss is not finite. */
  #taker(name: string, optimizer: StepOptimizer | tf.Optimizer, checkFinite: boolean) {
    let steps = 0;
    return async ({ program, leaves }: Prepared): Promise<StepReport> => {
      const { tensors, commit, discard } = await this.#run(name, program, leaves);
      steps++;
      const report = rebuild(
        program.structure,
        tensors.map(({ data }) => data[0]!),
      ) as StepReport;
      if (checkFinite) requireFinite(report, name, steps, discard);
      commit();
      if (isTfOptimizer(optimizer)) setIterations(optimizer, optimizer.iterations + 1);
      return report;
    };
  }

  /** The outputs of one graph for each part, computed in parallel. */
  async #runLanes(
    name: string,
    cache: ProgramCache,
    parts: readonly HostTree[],
    into?: readonly (readonly HostTensor[])[],
  ): Promise<HostTensor[][]> {
    const prepared: Prepared[] = [];
    for (const part of parts) prepared.push(await cache.get(part));
    const { program, leaves } = prepared[0]!;
    const weights = program.reads.map(({ variable }) => this.#state.current(variable).data as HostData);
    const inputs = prepared.map((part) => program.inputs.map((i) => part.leaves[i]!.data));
    const runFirst = (outputs: HostTensor[]) => this.#run(name, program, leaves, undefined, outputs);
    const results = await program.lanes!.run(inputs, weights, runFirst, into);
    return results.map((tensors) => checked(name, program, tensors));
  }

  #cache(source: Source): ProgramCache {
    this.#check();
    if (!(Number.isInteger(source.cacheSize) && source.cacheSize >= 1))
      throw new Error(`compile got cacheSize ${source.cacheSize}; expected a whole number of at least 1.`);
    const cache = new ProgramCache(
      source,
      (specs, structure) => this.#build(source, specs, structure),
      async ({ session, lanes }) => {
        await lanes?.close();
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
    const outputs = [...recorded.outputs, ...recorded.bounds].map((value, i) => ({ name: `output${i}`, value }));
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
    const sessionOptions = {
      ...this.#provider.sessionOptions(Math.floor(this.#provider.threads / (source.lanes ?? 1))),
      // onnxruntime copies these while it makes the session.
      externalData: model.external.map(({ file, bytes }) => ({ path: file, data: bytes })),
    };
    const session = await this.#ort.InferenceSession.create(model.bytes, {
      ...sessionOptions,
      ...profile?.sessionOptions,
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
    const reads = stateInputs.filter(({ value }) => needed.has(value));
    const fed = recorded.inputs.flatMap(({ value }, i) => (needed.has(value) ? [i] : []));
    const lanes =
      source.lanes &&
      (await Lanes.open(
        source.lanes,
        model.bytes,
        sessionOptions,
        { inputs: fed.map((i) => specs[i]!), weights: reads.map(specOf), outputs: outputs.map(specOf) },
        (error) => sessionError(error, `A thread of '${name}' on ${this.name} failed`),
      ).catch(async (error: unknown) => {
        await session.release();
        throw error;
      }));
    return {
      session,
      lanes: lanes || undefined,
      structure: result,
      outputs: outputs.map((output) => ({ name: output.name, type: output.value.type as HostType })),
      inputs: fed,
      reads,
      writes: written,
      checks: recorded.checks,
      profile,
    };
  }

  async #run(
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
      feeds[input] = this.#state.current(substitutes.get(variable) ?? variable);
    const fetches: Record<string, OrtTensor | null> = {};
    // onnxruntime-node copies these outputs, also those that it has written into a given array, whose values it returns as a
    // new one. Passing a fresh array for each took twice as long (12 million numbers on the CPU, 1.30), and reusing arrays
    // saved nothing.
    for (const [i, output] of program.outputs.entries()) {
      fetches[output.name] = into?.[i] ? this.#tensor(into[i]) : null;
    }
    for (const { name: output, variable } of program.writes) fetches[output] = this.#state.spare(variable);
    const results = await program.session.run(feeds, fetches).catch(async (error: unknown) => {
      throw lacksHalf(error)
        ? halfError(error, name, await platform.device(this.#ort))
        : sessionError(error, `Running '${name}' on ${this.name} failed`);
    });
    if (program.profile) this.#reportFallback(name, program);
    const outputs = program.outputs.map((output): HostTensor => {
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
    try {
      return { tensors: checked(name, program, outputs), commit, discard };
    } catch (error) {
      discard();
      throw error;
    }
  }

  #tensor({ dtype, data, shape }: HostTensor): OrtTensor {
    return new this.#ort.Tensor(dtype, data, shape);
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

/** Checks the outputs of a graph and returns those of the function. */
function checked(name: string, { checks }: Program, outputs: readonly HostTensor[]): HostTensor[] {
  const returned = outputs.length - 2 * checks.outputs.length;
  checkOutputs(name, checks, outputs.slice(returned));
  return outputs.slice(0, returned);
}

const scalarTensor = (value: number): HostTensor => ({ dtype: 'float32', shape: [], data: Float32Array.of(value) });

const specOf = ({ name, value }: { name: string; value: Value }): InputSpec => ({
  name,
  dtype: value.type as HostType,
  shape: value.shape,
});

/** The numbers of a step, in the optimiser's order. */
const numbersOf = (names: readonly string[], scalars: Record<string, number> | undefined): HostTensor[] =>
  orderedScalars(names, scalars).map(scalarTensor);

/** Inputs of a step's graph: its numbers, then the rest. */
function splitScalars(names: readonly string[], inputs: tf.Tensor[]) {
  const scalars = Object.fromEntries(names.map((name, i) => [name, inputs[i] as tf.Scalar]));
  return { scalars, leaves: inputs.slice(names.length) };
}

/** tf.Optimizer counts its steps in a private field. */
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
