import * as tf from '@tensorflow/tfjs-core';

export type TestBackend = 'cpu' | 'wasm';

/**
 * Registers tfjs's gradients and chained operations (the union package does so on load) and makes `name` the backend.
 * The plain backends only: what the repository adds to them is tested where it is added.
 */
export async function useBackend(name: TestBackend = 'cpu'): Promise<void> {
  await import('@tensorflow/tfjs');
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend(name);
  await tf.ready();
}
