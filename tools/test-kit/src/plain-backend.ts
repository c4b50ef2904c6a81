import * as tf from '@tensorflow/tfjs-core';

/** What `useBackend` does for a backend from the registry. It needs nothing from Node, so browsers can use it too. */
export async function usePlainBackend(name: 'cpu' | 'wasm'): Promise<void> {
  await import('@tensorflow/tfjs');
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend(name);
  await tf.ready();
}
