import * as tf from '@tensorflow/tfjs-core';
import {
  type Compiled,
  type CompiledStep,
  type CompileOptions,
  type CompileStepOptions,
  checkPrecision,
  type Executor,
  type ParallelStep,
  type StepOptimizer,
  type StepReport,
  type Substitutes,
} from './executor';
import { checkHostTensor, type HostOf, type HostTree, hostOf, toTensor } from './host-tensor';
import { named } from './named';
import { Serial } from './serial';
import { checkStep, orderedScalars, requireFinite, runStep, scalarNamesOf, sharedLoss, sharesOf } from './step';
import { checkSubstitutes, withSubstitutes } from './substitution';
import { disposingTape } from './tape';
import { flattenHost, flattenTensors, rebuild, type TensorTree } from './tree';

/**
 * Runs functions as they are, on the current tfjs backend: for debugging, and as the oracle for compiled executors.
 */
export function eagerExecutor(): Executor {
  const serial = new Serial();
  let disposed = false;
  const check = (name: string, released: boolean) => {
    if (released || disposed) throw new Error(`The compiled function '${name}' was disposed.`);
  };

  const stepper = (
    loss: (inputs: never) => tf.Scalar,
    optimizer: StepOptimizer | tf.Optimizer,
    variables: readonly tf.Variable[],
    { name = loss.name || 'anonymous', checkFinite = true, precision = 'float32' }: CompileStepOptions,
  ) => {
    checkStep(optimizer, variables, precision);
    let released = false;
    let steps = 0;
    const names = scalarNamesOf(optimizer);
    const take = (
      inputs: HostTree,
      scalars: Record<string, number> | undefined,
      lossOf: (tensors: TensorTree) => tf.Scalar,
    ) =>
      serial.run(async () => {
        check(name, released);
        const numbers = orderedScalars(names, scalars);
        steps++;
        const body = (tensors: never) => {
          const fed = Object.fromEntries(names.map((scalar, i) => [scalar, tf.scalar(numbers[i]!)]));
          return runStep(() => lossOf(tensors), optimizer, variables, fed);
        };
        const { structure, tensors } = runTidied(body, inputs);
        const report = (await read(structure, tensors)) as Record<string, { data: Float32Array }>;
        const result = Object.fromEntries(
          Object.entries(report).map(([key, { data }]) => [key, data[0]!]),
        ) as StepReport;
        if (checkFinite) requireFinite(result, name, steps);
        return result;
      });
    const dispose = () => {
      released = true;
    };
    return { name, take, dispose };
  };

  return {
    get name() {
      return `eager ${tf.getBackend()}`;
    },
    compile<I, O extends TensorTree>(
      fn: (inputs: I) => O,
      { state = [], name = fn.name || 'anonymous', precision = 'float32' }: CompileOptions = {},
    ): Compiled<HostOf<I>, HostOf<O>> {
      checkPrecision(precision);
      let released = false;
      const call = (inputs: HostOf<I>, substitutes: Substitutes = new Map()) =>
        serial.run(async () => {
          check(name, released);
          checkSubstitutes(substitutes, state, name);
          const { structure, tensors } = runTidied(fn, inputs, (body) => withSubstitutes(substitutes, name, body));
          return (await read(structure, tensors)) as HostOf<O>;
        });
      return named(call, name, () => {
        released = true;
      });
    },
    compileStep<I>(
      loss: (inputs: I) => tf.Scalar,
      optimizer: StepOptimizer | tf.Optimizer,
      variables: readonly tf.Variable[],
      options: CompileStepOptions = {},
    ): CompiledStep<HostOf<I>> {
      const { name, take, dispose } = stepper(loss, optimizer, variables, options);
      const call = (inputs: HostOf<I>, scalars?: Record<string, number>) =>
        take(inputs as HostTree, scalars, (tensors) => loss(tensors as I));
      return named(call, name, dispose);
    },
    compileParallelStep<I>(
      loss: (part: I) => tf.Scalar,
      optimizer: StepOptimizer | tf.Optimizer,
      variables: readonly tf.Variable[],
      options: Omit<CompileStepOptions, 'state'> = {},
    ): ParallelStep<HostOf<I>> {
      const { name, take, dispose } = stepper(loss, optimizer, variables, options);
      const call = async (
        parts: readonly HostOf<I>[],
        scalars?: Record<string, number>,
        weights?: readonly number[],
      ) => {
        const shares = sharesOf(parts, weights, name);
        return take([...parts] as HostTree[], scalars, (tensors) =>
          sharedLoss(
            loss,
            tensors as TensorTree[],
            shares.map((share) => tf.scalar(share)),
          ),
        );
      };
      return named(call, name, dispose);
    },
    async pull() {},
    async push() {},
    async dispose() {
      await serial.run(async () => {
        disposed = true;
      });
    },
  };
}

function runTidied(
  fn: (inputs: never) => TensorTree,
  inputs: HostTree,
  within: <T>(body: () => T) => T = (body) => body(),
) {
  const { structure, leaves, paths } = flattenHost(inputs);
  leaves.forEach((leaf, i) => {
    checkHostTensor(leaf, paths[i]!);
  });
  return disposingTape(() => {
    let flat: ReturnType<typeof flattenTensors> | undefined;
    const tensors = tf.tidy(() =>
      within(() => {
        flat = flattenTensors(fn(rebuild(structure, leaves.map(toTensor)) as never));
        // A returned input or variable belongs to someone else.
        return flat.leaves.map((tensor) => tf.clone(tensor));
      }),
    );
    return { structure: flat!.structure, tensors };
  });
}

async function read(structure: ReturnType<typeof flattenTensors>['structure'], tensors: tf.Tensor[]) {
  try {
    const hosts = await Promise.all(tensors.map(async (tensor) => hostOf(tensor, await tensor.data())));
    return rebuild(structure, hosts);
  } finally {
    tf.dispose(tensors);
  }
}
