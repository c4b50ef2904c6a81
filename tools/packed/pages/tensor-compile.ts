import '@tensorflow/tfjs';
import { createExecutor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';

/** Three training steps: onnxruntime-web in the browser, onnxruntime-node under Node. */
export async function run(): Promise<number[]> {
  const executor = await createExecutor({ provider: 'cpu', threads: 1 });
  const weight = tf.variable(tf.tensor1d([0.5, -1]));
  const loss = ({ x }: { x: tf.Tensor1D }) => tf.sum(tf.square(tf.mul(x, weight))) as tf.Scalar;
  const step = executor.compileStep(loss, tf.train.adam(0.1), [weight]);
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) losses.push((await step({ x: hostTensor([1, 3], [2]) })).loss);
  await executor.dispose();
  return losses;
}
