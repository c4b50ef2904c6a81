import * as tf from '@tensorflow/tfjs-core';

/**
 * Checks that a backend of TensorFlow.js is started, or that a registered one starts at once.
 * @throws Error that says what to start.
 */
export function requireBackend(): void {
  try {
    tf.backend();
  } catch (error) {
    throw new Error(
      `No TensorFlow.js backend is started: call "await startBackend()" of @interlayer/runtime first, or in a browser import '@tensorflow/tfjs' and call "await tf.ready()" (${(error as Error).message.split('\n')[0]})`,
    );
  }
}
