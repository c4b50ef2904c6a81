import * as tf from '@tensorflow/tfjs-core';
import { randomValues } from './random';

/**
 * The slope of a function of variables along one random direction: from its gradients, and measured by a central difference.
 * The variables' values are restored.
 *
 * @param gradients the function's gradients at the variables' values, one per variable
 * @param value the function's value at the variables' current values
 */
export async function slopes(
  variables: readonly tf.Variable[],
  gradients: () => Promise<readonly ArrayLike<number>[]>,
  value: () => Promise<number>,
  seed: number,
): Promise<{ derived: number; measured: number }> {
  const start = variables.map((variable) => variable.dataSync().slice());
  const directions = variables.map(({ size }, i) => randomValues(size, seed + i));
  let derived = 0;
  for (const [i, gradient] of (await gradients()).entries())
    for (let j = 0; j < gradient.length; j++) derived += gradient[j]! * directions[i]![j]!;
  const along = async (by: number) => {
    tf.tidy(() => {
      for (const [i, variable] of variables.entries()) {
        const moved = start[i]!.map((x, j) => x + by * directions[i]![j]!);
        variable.assign(tf.tensor(moved, variable.shape) as tf.Tensor);
      }
    });
    return await value();
  };
  const h = 1e-3;
  const measured = ((await along(h)) - (await along(-h))) / (2 * h);
  await along(0);
  return { derived, measured };
}
