import * as tf from '@tensorflow/tfjs-core';
import type { Substitutes } from './executor';

/** Throws unless every substitute is for a variable in `state`, with its shape and type. */
export function checkSubstitutes(substitutes: Substitutes, state: readonly tf.Variable[], name: string): void {
  for (const [variable, substitute] of substitutes) {
    if (!state.includes(variable))
      throw new Error(
        `'${name}' got a substitute for the variable '${variable.name}', which is frozen into its graph; list it in 'state'.`,
      );
    if (substitute.dtype !== variable.dtype || !tf.util.arraysEqual(substitute.shape, variable.shape))
      throw new Error(
        `'${name}' got '${substitute.name}' of ${describe(substitute)} as a substitute for '${variable.name}' of ${describe(variable)}; shape and type must be equal.`,
      );
    if (substitute.isDisposed) throw new Error(`The variable '${substitute.name}' was disposed.`);
  }
}

/** An assigned value belongs to the function's own variable, so nothing can stand in for it. */
export const assignedSubstitute = (variable: tf.Variable, name: string): Error =>
  new Error(`'${name}' assigns the variable '${variable.name}', so nothing can be a substitute for it.`);

const describe = ({ dtype, shape }: tf.Tensor) => `type '${dtype}' and shape [${shape}]`;

/** Runs `body` eagerly, in a tidy, while variables hold the values of their substitutes; restores them afterwards. */
export function withSubstitutes<T>(substitutes: Substitutes, name: string, body: () => T): T {
  const lent = [...substitutes].map(([variable, substitute]) => ({
    variable,
    own: variable.dataId,
    // A separate reference, so that assigning the variable would not free the substitute's data.
    held: tf.keep(tf.clone(substitute)).dataId,
  }));
  for (const { variable, held } of lent) variable.dataId = held;
  try {
    const result = body();
    const assigned = lent.find(({ variable, held }) => variable.dataId !== held);
    if (assigned) throw assignedSubstitute(assigned.variable, name);
    return result;
  } finally {
    for (const { variable, own } of lent) {
      tf.engine().disposeTensor(variable);
      variable.dataId = own;
    }
  }
}
