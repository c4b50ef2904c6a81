import * as tf from '@tensorflow/tfjs-core';
import type { StepOptimizer, StepReport } from './executor';
import type { HostTree } from './host-tensor';
import { requireGradients } from './require-gradients';
import { flattenHost, signatureOf } from './tree';

export const isTfOptimizer = (optimizer: StepOptimizer | tf.Optimizer): optimizer is tf.Optimizer =>
  optimizer instanceof tf.Optimizer;

export const scalarNamesOf = (optimizer: StepOptimizer | tf.Optimizer): readonly string[] =>
  isTfOptimizer(optimizer) ? [] : optimizer.scalarNames;

export const slotsOf = (optimizer: StepOptimizer | tf.Optimizer): readonly tf.Variable[] =>
  isTfOptimizer(optimizer) ? [] : optimizer.slots;

/** Checks the arguments of compileStep before anything runs. */
export function checkStep(
  optimizer: StepOptimizer | tf.Optimizer,
  variables: readonly tf.Variable[],
  precision: string,
): void {
  requireGradients();
  if (precision !== 'float32')
    throw new Error(
      `compileStep got the precision '${precision}'; a training step runs only in 'float32', because most gradients of a mean loss are smaller than the smallest float16 and would become 0. Compile forward passes in 'float16'.`,
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
    if (name === 'loss')
      throw new Error("A step's scalar cannot be called 'loss': the report already has a number of that name.");
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
    if (typeof value !== 'number' || Number.isNaN(value))
      throw new Error(`The step needs the scalar '${name}' as a number; got ${String(value)}.`);
    return value;
  });
}

/** One step of tfjs operations: loss, gradients, update. Runs eagerly, or once while it is traced. */
export function runStep(
  loss: () => tf.Scalar,
  optimizer: StepOptimizer | tf.Optimizer,
  variables: readonly tf.Variable[],
  scalars: Record<string, tf.Scalar>,
): Record<string, tf.Scalar> {
  const { value, gradients } = gradientsOf(loss, variables);
  return { loss: value, ...update(optimizer, variables, gradients, scalars) };
}

/** A loss and its gradients with respect to `variables`: zeros for those it does not reach. */
export function gradientsOf(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: tf.Scalar; gradients: tf.Tensor[] } {
  const { value, grads } = tf.variableGrads(() => oneNumber(loss()), [...variables]);
  return { value, gradients: variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable)) };
}

/** Passes the gradients to the optimiser; returns what it reports. */
function update(
  optimizer: StepOptimizer | tf.Optimizer,
  variables: readonly tf.Variable[],
  gradients: tf.Tensor[],
  scalars: Record<string, tf.Scalar>,
): Record<string, tf.Scalar> {
  if (isTfOptimizer(optimizer)) {
    optimizer.applyGradients(variables.map((variable, i) => ({ name: variable.name, tensor: gradients[i]! })));
    return {};
  }
  const report = optimizer.apply(gradients, [...variables], scalars) ?? {};
  checkReport(report);
  return report;
}

export function checkReport(report: object): void {
  if ('loss' in report)
    throw new Error("An optimiser cannot report a number called 'loss': the step reports that itself.");
}

/**
 * Throws unless all numbers of a step are finite.
 *
 * @param discard leaves the weights as they were; absent where they have already changed
 */
export function requireFinite(report: StepReport, name: string, step: number, discard?: () => void): void {
  const wrong = Object.entries(report).find(([, value]) => !Number.isFinite(value));
  if (!wrong) return;
  discard?.();
  throw new Error(
    `The ${wrong[0]} of step ${step} of '${name}' is ${wrong[1]}.${discard ? ' The weights are unchanged.' : ''} Lower the rate, clip the gradients, or look for a division by zero (checkFinite: false accepts such steps).`,
  );
}

/** The update from all parts of a batch: for each part, its share of the loss followed by its share of the gradients. */
export function updateOfParts(
  optimizer: StepOptimizer | tf.Optimizer,
  variables: readonly tf.Variable[],
  parts: readonly (readonly tf.Tensor[])[],
  scalars: Record<string, tf.Scalar>,
): Record<string, tf.Scalar> {
  const [loss, ...gradients] = parts[0]!.map((_, i) => tf.addN(parts.map((part) => part[i]!)));
  return { loss: loss as tf.Scalar, ...update(optimizer, variables, gradients, scalars) };
}

function oneNumber(loss: tf.Scalar): tf.Scalar {
  if (!(loss instanceof tf.Tensor) || loss.size !== 1)
    throw new Error(
      `A training step's loss must be one number; got ${loss instanceof tf.Tensor ? `a tensor of shape [${loss.shape}]` : String(loss)}.`,
    );
  return loss.rank === 0 ? loss : (tf.reshape(loss, []) as tf.Scalar);
}

/** The losses of the parts of a batch, each times its share. */
export const sharedLoss = (loss: (part: never) => tf.Scalar, parts: readonly unknown[], shares: readonly tf.Scalar[]) =>
  tf.addN(parts.map((part, i) => tf.mul(oneNumber(loss(part as never)), shares[i]!))) as tf.Scalar;

/**
 * Each part's share of the total loss.
 *
 * @throws unless there are parts with equal shapes, and a weight for each: none negative, and their sum positive.
 */
export function sharesOf(parts: readonly HostTree[], weights: readonly number[] | undefined, name: string): number[] {
  if (!Array.isArray(parts) || parts.length === 0)
    throw new Error(`The step '${name}' takes an array of at least one part of a batch.`);
  const [first, ...others] = parts.map((part) => signatureOf(flattenHost(part)));
  others.forEach((other, i) => {
    if (other !== first)
      throw new Error(
        `The step '${name}' got parts that differ: part 0 is ${first}, part ${i + 1} is ${other}. Pad the smaller ones, with no weight in the loss.`,
      );
  });
  const given = weights ?? parts.map(() => 1);
  if (given.length !== parts.length)
    throw new Error(`The step '${name}' got ${given.length} weights for ${parts.length} parts; expected one for each.`);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && Number.isFinite(total)) || given.some((weight) => weight < 0))
    throw new Error(`The step '${name}' got the weights ${given.join(', ')}; expected none below 0 and a sum above 0.`);
  return given.map((weight) => weight / total);
}
