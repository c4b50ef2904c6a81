import type * as tf from '@tensorflow/tfjs-core';
import type { CompileStepOptions, ParallelStep, StepOptimizer } from './executor';
import type { HostOf } from './host-tensor';
import type { ProgramCache } from './program-cache';
import { NOTHING, type Programs } from './programs';
import { runStep, sharedLoss, sharesOf, updateOfParts } from './step';
import { StepPrograms, scalarTensor } from './step-programs';
import { rebuild, type Structure, type TensorTree } from './tree';

/** A training step on the parts of a batch, see {@link Executor.compileParallelStep}. */
export function compileParallelStep<I>(
  programs: Programs,
  loss: (part: I) => tf.Scalar,
  optimizer: StepOptimizer | tf.Optimizer,
  variables: readonly tf.Variable[],
  { name = loss.name || 'anonymous', ...options }: Omit<CompileStepOptions, 'state'>,
): ParallelStep<HostOf<I>> {
  const step = new StepPrograms(programs, name, optimizer, variables, options);
  const lossOfAll = (inputs: tf.Tensor[], structure: Structure) => {
    const { parts, shares } = rebuild(structure, inputs) as { parts: TensorTree[]; shares: tf.Scalar[] };
    return sharedLoss(loss, parts, shares);
  };
  const lossOfOne = (inputs: tf.Tensor[], structure: Structure) => {
    const { part, share } = rebuild(structure, inputs) as { part: TensorTree; share: tf.Scalar };
    return sharedLoss(loss, [part], [share]);
  };
  // Either all parts in one graph, with the update or without it,
  const updating = step.updating((inputs, structure, scalars) =>
    runStep(() => lossOfAll(inputs, structure), optimizer, variables, scalars),
  );
  const gradientsOfAll = step.gradients(lossOfAll);
  // or the gradients of all parts in parallel, followed by one update.
  const gradientsByLanes = new Map<number, ProgramCache>();
  const gradientsIn = (lanes: number): ProgramCache => {
    const cache = gradientsByLanes.get(lanes) ?? step.gradients(lossOfOne, lanes);
    gradientsByLanes.set(lanes, cache);
    return cache;
  };
  const updatingOfParts = step.updating((inputs, structure, scalars) =>
    updateOfParts(optimizer, variables, rebuild(structure, inputs) as tf.Tensor[][], scalars),
  );
  const call = async (parts: readonly HostOf<I>[], scalars?: Record<string, number>, weights?: readonly number[]) => {
    const shares = sharesOf(parts, weights, name).map(scalarTensor);
    const numbers = step.scalars(scalars);
    const inLanes = programs.sideBySide(parts.length);
    const update = step.updateOnHost(inLanes ? parts.length : 1);
    if (!inLanes) {
      const all = { parts: [...parts], shares };
      return update
        ? step.takeOnHost(update, scalars, () => programs.runInto(name, gradientsOfAll, all, update.parts[0]!))
        : step.take(await updating.get(all, numbers));
    }
    const inputs = parts.map((part, i) => ({ part, share: shares[i]! }));
    const run = () => programs.runLanes(name, gradientsIn(parts.length), inputs, update?.parts);
    return update
      ? step.takeOnHost(update, scalars, () => run().then(() => NOTHING))
      : step.take(await updatingOfParts.get(await run(), numbers));
  };
  return programs.callable(name, call, () => step.dispose());
}
