import type * as tf from '@tensorflow/tfjs-core';
import { platform } from '#platform';
import { compileParallelStep } from './compile-parallel-step';
import { compileStep } from './compile-step';
import type { ExecutorOptions } from './engine';
import {
  type Compiled,
  type CompiledStep,
  type CompileOptions,
  type CompileStepOptions,
  checkPrecision,
  type Executor,
  type ParallelStep,
  type StepOptimizer,
  type Substitutes,
} from './executor';
import type { HostOf } from './host-tensor';
import { Programs } from './programs';
import { checkProvider, providerOf } from './runtime/provider';
import { ResidentState } from './runtime/resident-state';
import { assignedSubstitute, checkSubstitutes } from './substitution';
import { rebuild, type Structure, type TensorTree } from './tree';

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
  const provider = providerOf(options, ort);
  return new OnnxExecutor(new Programs({ ort, provider, options, state: new ResidentState(ort, provider) }));
}

class OnnxExecutor implements Executor {
  readonly name: string;
  readonly #programs: Programs;

  constructor(programs: Programs) {
    this.name = programs.engine.provider.description;
    this.#programs = programs;
  }

  compile<I, O extends TensorTree>(
    fn: (inputs: I) => O,
    { state = [], name = fn.name || 'anonymous', cacheSize = 8, precision = 'float32' }: CompileOptions = {},
  ): Compiled<HostOf<I>, HostOf<O>> {
    checkPrecision(precision);
    const programs = this.#programs;
    const body = (inputs: tf.Tensor[], structure: Structure) => fn(rebuild(structure, inputs) as I);
    const cache = programs.cache({ name, body, state: [...new Set(state)], discovers: false, cacheSize, precision });
    const call = async (inputs: HostOf<I>, substitutes: Substitutes = new Map()) => {
      checkSubstitutes(substitutes, state, name);
      const { program, leaves } = await cache.get(inputs);
      const assigned = program.writes.find(({ variable }) => substitutes.has(variable));
      if (assigned) throw assignedSubstitute(assigned.variable, name);
      await programs.engine.state.admit([...substitutes.values()]);
      const { tensors, commit } = await programs.run(name, program, leaves, substitutes);
      commit();
      return rebuild(program.structure, tensors) as HostOf<O>;
    };
    return programs.callable(name, call, () => programs.release(cache));
  }

  compileStep<I>(
    loss: (inputs: I) => tf.Scalar,
    optimizer: StepOptimizer | tf.Optimizer,
    variables: readonly tf.Variable[],
    options: CompileStepOptions = {},
  ): CompiledStep<HostOf<I>> {
    return compileStep(this.#programs, loss, optimizer, variables, options);
  }

  compileParallelStep<I>(
    loss: (part: I) => tf.Scalar,
    optimizer: StepOptimizer | tf.Optimizer,
    variables: readonly tf.Variable[],
    options: Omit<CompileStepOptions, 'state'> = {},
  ): ParallelStep<HostOf<I>> {
    return compileParallelStep(this.#programs, loss, optimizer, variables, options);
  }

  pull(variables?: readonly tf.Variable[]): Promise<void> {
    return this.#programs.inTurn(async () => {
      this.#programs.check();
      await this.#programs.engine.state.pull(variables);
    });
  }

  push(variables?: readonly tf.Variable[]): Promise<void> {
    return this.#programs.inTurn(async () => {
      this.#programs.check();
      await this.#programs.engine.state.push(variables);
    });
  }

  dispose(): Promise<void> {
    return this.#programs.inTurn(() => this.#programs.dispose());
  }
}
