import type { Executor, HostOf, HostTensor, HostTree } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './objectives';
import type { TrainingOptimizer } from './optimizer';

/** One optimiser step over several micro-batches. */
export interface AccumulatedStep<B = HostTree> {
  /**
   * @param batches micro-batches of equal shapes
   * @param scalars the optimiser's numbers of this step
   * @param weights how much each micro-batch counts (its number of predicted tokens); equal if absent
   */
  (
    batches: B[],
    scalars: Record<string, number>,
    weights?: number[],
  ): Promise<{ loss: number } & Record<string, number>>;
  dispose(): Promise<void>;
}

const scalar = (value: number): HostTensor => ({ dtype: 'float32', shape: [], data: Float32Array.of(value) });

/**
 * Compiles gradient accumulation: one graph adds a micro-batch's share of the gradient to accumulators, another applies
 * the optimiser and clears them. When the loss is a mean and `weights` are the counts it is taken over, the step equals
 * that of one large batch up to rounding, in the memory of a micro-batch.
 */
export function compileAccumulatedStep<I>(
  executor: Executor,
  loss: Loss<I>,
  optimizer: TrainingOptimizer,
  variables: tf.Variable[],
): AccumulatedStep<HostOf<I>> {
  const accumulators = variables.map((variable) => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)));
  const add = executor.compile(
    ({ batch, share }: { batch: unknown; share: tf.Scalar }) => {
      const { value, grads } = tf.variableGrads(() => loss(batch as I), variables);
      variables.forEach((variable, i) => {
        // A weight that the loss does not reach has no gradient.
        const gradient = grads[variable.name];
        if (gradient) accumulators[i].assign(tf.add(accumulators[i], tf.mul(gradient, share)));
      });
      return { loss: value };
    },
    { state: [...variables, ...accumulators], name: 'accumulate' },
  );
  const apply = executor.compile(
    (scalars: Record<string, tf.Scalar>) => {
      const reported = optimizer.apply(
        accumulators.map((accumulator) => accumulator.clone()),
        variables,
        scalars,
      );
      for (const accumulator of accumulators) accumulator.assign(tf.zerosLike(accumulator));
      return { ...reported };
    },
    { state: [...variables, ...accumulators, ...optimizer.slots], name: 'apply' },
  );
  const step = async (batches: HostOf<I>[], scalars: Record<string, number>, weights = batches.map(() => 1)) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) throw new Error(`the micro-batches weigh ${total} together; there is nothing to learn from`);
    let mean = 0;
    for (const [i, batch] of batches.entries()) {
      const share = weights[i] / total;
      const result = await add({ batch: batch as HostTree, share: scalar(share) });
      mean += result.loss.data[0] * share;
    }
    const reported = await apply(
      Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, scalar(value)])),
    );
    return { ...Object.fromEntries(Object.entries(reported).map(([name, { data }]) => [name, data[0]])), loss: mean };
  };
  return Object.assign(step as AccumulatedStep<HostOf<I>>, {
    async dispose() {
      await add.dispose();
      await apply.dispose();
      tf.dispose(accumulators);
    },
  });
}
