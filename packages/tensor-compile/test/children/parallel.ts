/** Takes a parallel step and disposes of nothing; prints its loss. */
import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { createExecutor, hostTensor } from '../../src/index';

await useBackend('cpu');
const executor = await createExecutor({ provider: 'cpu', threads: 2 });
const w = tf.variable(tf.scalar(2));
const step = executor.compileParallelStep((x: tf.Tensor) => tf.mul(w, x) as tf.Scalar, tf.train.sgd(1), [w]);
const x = hostTensor([1], []);
console.log(JSON.stringify((await step([x, x])).loss));
