import * as tf from '@tensorflow/tfjs-core';

/** What `useBackend` does for a backend of the registry; as it needs nothing of Node's, a browser can do it too. */
export async function usePlainBackend(name: 'cpu' | 'wasm'): Promise<void> {
  await import('@tensorflow/tfjs');
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend(name);
  await tf.ready();
}
