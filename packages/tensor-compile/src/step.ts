import * as tf from '@tensorflow/tfjs-core';
import type { StepOptimizer } from './executor';
import { requireGradients } from './require-gradients';

export const isTfOptimizer = (optimizer: StepOptimizer | tf.Optimizer): optimizer is tf.Optimizer =>
  optimizer instanceof tf.Optimizer;

export const scalarNamesOf = (optimizer: StepOptimizer | tf.Optimizer): readonly string[] =>
  isTfOptimizer(optimizer) ? [] : optimizer.scalarNames;

export const slotsOf = (optimizer: StepOptimizer | tf.Optimizer): readonly tf.Variable[] =>
  isTfOptimizer(optimizer) ? [] : optimizer.slots;

/** Checks what compileStep is given, once, before anything runs. */
export function checkStep(
  optimizer: StepOptimizer | tf.Optimizer,
  variables: readonly tf.Variable[],
  precision: string,
): void {
  requireGradients();
  if (precision !== 'float32')
    throw new Error(
      `compileStep got the precision '${precision}'; a training step runs in 'float32' alone, because most gradients of a mean loss are smaller than the smallest float16 and would be 0. Compile forward passes in 'float16'.`,
    );
  if (variables.length === 0) throw new Error('compileStep got no variables to train.');
  for (const variable of variables) {
    if (!variable.trainable)
      throw new Error(`compileStep got the variable '${variable.name}', which is not trainable; leave it out.`);
    if (variable.dtype !== 'float32')
      throw new Error(
        `compileStep got the variable '${variable.name}' of type '${variable.dtype}'; expected 'float32'.`,
      );
  }
  for (const name of scalarNamesOf(optimizer))
    if (name === 'loss') throw new Error("A step's scalar cannot be called 'loss': the report has that name already.");
}

/** The per-step numbers in the optimiser's order. */
export function orderedScalars(names: readonly string[], scalars: Record<string, number> | undefined): number[] {
  for (const name of Object.keys(scalars ?? {}))
    if (!names.includes(name))
      throw new Error(
        `The step got a scalar '${name}'; its optimiser takes ${names.length ? `'${names.join("', '")}'` : 'none'}.`,
      );
  return names.map((name) => {
    const value = scalars?.[name];
    if (typeof value !== 'number')
      throw new Error(`The step needs the scalar '${name}' as a number; got ${String(value)}.`);
    return value;
  });
}

/** One step over tfjs operations: loss, gradients, update. Runs eagerly, or once within a trace. */
export function runStep(
  loss: () => tf.Scalar,
  optimizer: StepOptimizer | tf.Optimizer,
  variables: readonly tf.Variable[],
  scalars: Record<string, tf.Scalar>,
): Record<string, tf.Scalar> {
  const { value, grads } = tf.variableGrads(() => {
    const result = loss();
    if (!(result instanceof tf.Tensor) || result.size !== 1)
      throw new Error(
        `A training step's loss must be one number; got ${result instanceof tf.Tensor ? `a tensor of shape [${result.shape}]` : String(result)}.`,
      );
    return result.rank === 0 ? result : (tf.reshape(result, []) as tf.Scalar);
  }, [...variables]);
  const gradients = variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
  if (isTfOptimizer(optimizer)) {
    optimizer.applyGradients(variables.map((variable, i) => ({ name: variable.name, tensor: gradients[i]! })));
    return { loss: value };
  }
  const report = optimizer.apply(gradients, [...variables], scalars) ?? {};
  if ('loss' in report)
    throw new Error("An optimiser cannot report a number called 'loss': the step reports that itself.");
  return { loss: value, ...report };
}
