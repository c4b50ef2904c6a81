import * as tf from '@tensorflow/tfjs-core';

export type TestBackend = 'cpu' | 'wasm' | 'tfjs-node';

/** INTERLAYER_TEST_BACKEND=tfjs-node runs every test that takes a backend from here on TensorFlow's own kernels instead. */
const instead = process.env.INTERLAYER_TEST_BACKEND || undefined;
if (instead !== undefined && instead !== 'tfjs-node')
  throw new Error(`INTERLAYER_TEST_BACKEND is ${JSON.stringify(instead)}: expected tfjs-node, or nothing`);

/** The backends for a test that runs on each. */
export const testBackends: readonly TestBackend[] = instead ? [instead] : ['wasm', 'cpu'];

/**
 * Registers tfjs's gradients and chained operations (the union package does so on load) and makes `name`, or what
 * INTERLAYER_TEST_BACKEND puts in its place, the backend.
 * The plain backends only: what the repository adds to them is tested where it is added.
 *
 * @throws When tfjs-node is asked for and cannot be loaded: no test passes on another backend than it says.
 */
export async function useBackend(name: TestBackend = 'cpu'): Promise<void> {
  await import('@tensorflow/tfjs');
  if ((instead ?? name) === 'tfjs-node') {
    // By path: the package itself depends on this one for its tests.
    const { loadNative } = await import('../../../packages/runtime/src/native');
    await loadNative('tfjs-node', { threads: 1 });
    return;
  }
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend(name);
  await tf.ready();
}
