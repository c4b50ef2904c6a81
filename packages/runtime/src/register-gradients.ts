/**
 * Registers tfjs's gradients and chained operations, which tfjs-core alone lacks under Node: loading the union package does it
 * (about 70 ms, once per process).
 */
export async function registerGradients(): Promise<void> {
  await import('@tensorflow/tfjs');
}
