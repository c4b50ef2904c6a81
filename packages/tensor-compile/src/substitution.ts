import * as tf from '@tensorflow/tfjs-core';
import type { Substitutes } from './executor';

/** Throws unless every substitute stands in for a variable of `state` and fits it. */
export function checkSubstitutes(substitutes: Substitutes, state: readonly tf.Variable[], name: string): void {
  for (const [variable, substitute] of substitutes) {
    if (!state.includes(variable))
      throw new Error(
        `'${name}' got a substitute for the variable '${variable.name}', which is frozen into its graph; list it in 'state'.`,
      );
    if (substitute.dtype !== variable.dtype || !tf.util.arraysEqual(substitute.shape, variable.shape))
      throw new Error(
        `'${name}' got '${substitute.name}' of ${describe(substitute)} as a substitute for '${variable.name}' of ${describe(variable)}; they must be alike.`,
      );
    if (substitute.isDisposed) throw new Error(`The variable '${substitute.name}' was disposed.`);
  }
}

/** What the function assigns belongs to a variable of its own, not to one that is read in its place. */
export const assignedSubstitute = (variable: tf.Variable, name: string): Error =>
  new Error(`'${name}' assigns the variable '${variable.name}', so nothing can be a substitute for it.`);

const describe = ({ dtype, shape }: tf.Tensor) => `type '${dtype}' and shape [${shape}]`;

/** Runs `body` eagerly, within a tidy, while variables hold what their substitutes hold; afterwards all is as it was. */
export function withSubstitutes<T>(substitutes: Substitutes, name: string, body: () => T): T {
  const lent = [...substitutes].map(([variable, substitute]) => ({
    variable,
    own: variable.dataId,
    // A reference of its own, so that assigning the variable would not take the substitute's data away.
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
