// @ts-check
// What session-thread.ts runs in its thread. Plain JavaScript, since Node 20 cannot start a thread from TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import ort from 'onnxruntime-node';

/** @typedef {import('./platform').SharedTensor} SharedTensor */

/**
 * onnxruntime-node does not accept shared memory, so every tensor has a copy here.
 *
 * @param {SharedTensor[]} shared
 */
const copiesOf = (shared) =>
  shared.map(({ name, dtype, shape, data }) => {
    const copy = data.slice();
    return { name, shared: data, copy, tensor: new ort.Tensor(dtype, copy, shape) };
  });
/** @param {ReturnType<typeof copiesOf>} copies */
const byName = (copies) => Object.fromEntries(copies.map(({ name, tensor }) => [name, tensor]));

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const session = await ort.InferenceSession.create(workerData.model, workerData.options);
const inputs = copiesOf(workerData.inputs);
const outputs = copiesOf(workerData.outputs);
const feeds = byName(inputs);
const fetches = byName(outputs);

port.on('message', async (/** @type {'run' | 'close'} */ wish) => {
  try {
    if (wish === 'close') {
      await session.release();
      port.close();
      return;
    }
    for (const { shared, copy } of inputs) copy.set(shared);
    await session.run(feeds, fetches);
    for (const { shared, copy } of outputs) shared.set(copy);
    port.postMessage(undefined);
  } catch (error) {
    port.postMessage(error instanceof Error ? error.message : String(error));
  }
});
port.postMessage(undefined);
