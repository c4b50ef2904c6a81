/**
 * Registers tfjs's gradients and chained operations, which tfjs-core alone does not have under Node: the union package
 * does it while it loads (about 70 ms, once per process).
 */
export async function registerGradients(): Promise<void> {
  await import('@tensorflow/tfjs');
}
