/** Adds up e^x over copies of a vector, in a variable, with half a GiB of memory left; prints what happens. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { createExecutor, hostTensor } from '../../src/index';

await useBackend('cpu');
const executor = await createExecutor({ provider: 'cpu', threads: 1 });
const total = tf.variable(tf.scalar(0));
const adding = (copies: number) =>
  executor.compile(
    (x: tf.Tensor) => {
      total.assign(tf.add(total, tf.sum(tf.exp(tf.tile(x, [copies, 1])))) as tf.Scalar);
      return total;
    },
    { state: [total], name: `add ${copies}` },
  );
const x = hostTensor(new Float32Array(2 ** 20), [1, 2 ** 20]);
const add = async (copies: number) => {
  const call = adding(copies);
  try {
    return [...(await call(x)).data];
  } catch (error) {
    return (error as Error).message;
  } finally {
    await call.dispose();
  }
};

const first = await add(1);
const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[0]);
execFileSync('prlimit', ['--pid', String(process.pid), `--as=${pages * 4096 + 2 ** 29}`]);
const refused = await add(1024);
const traced = await executor
  .compile((y: tf.Tensor) => tf.mul(y, tf.ones([2 ** 29])), { name: 'trace' })(hostTensor([1], [1]))
  .then(String, (error: Error) => error.message);
const again = await add(1);
await executor.pull();
console.log(JSON.stringify({ first, refused, traced, again, total: total.dataSync()[0] }));
