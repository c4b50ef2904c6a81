import type * as tf from '@tensorflow/tfjs-core';
import type { CompiledStep, CompileStepOptions, StepOptimizer } from './executor';
import type { HostOf } from './host-tensor';
import type { Programs } from './programs';
import { runStep } from './step';
import { StepPrograms } from './step-programs';
import { rebuild, type Structure } from './tree';

/** A training step on one graph, see {@link Executor.compileStep}: with the update, or with the update on the host. */
export function compileStep<I>(
  programs: Programs,
  loss: (inputs: I) => tf.Scalar,
  optimizer: StepOptimizer | tf.Optimizer,
  variables: readonly tf.Variable[],
  { name = loss.name || 'anonymous', ...options }: CompileStepOptions,
): CompiledStep<HostOf<I>> {
  const step = new StepPrograms(programs, name, optimizer, variables, options);
  const lossOf = (inputs: tf.Tensor[], structure: Structure) => loss(rebuild(structure, inputs) as I);
  const release = () => step.dispose();
  const update = step.updateOnHost(1);
  if (update) {
    const gradients = step.gradients(lossOf);
    const call = (inputs: HostOf<I>, scalars?: Record<string, number>) =>
      step.takeOnHost(update, scalars, () => programs.runInto(name, gradients, inputs, update.parts[0]!));
    return programs.callable(name, call, release);
  }
  const cache = step.updating((inputs, structure, scalars) =>
    runStep(() => lossOf(inputs, structure), optimizer, variables, scalars),
  );
  const call = async (inputs: HostOf<I>, scalars?: Record<string, number>) =>
    step.take(await cache.get(inputs, step.scalars(scalars)));
  return programs.callable(name, call, release);
}
