import { usePlainBackend } from './plain-backend';
import { instead, type TestBackend } from './test-backends';

/**
 * Registers tfjs's gradients and chained operations (the union package does this when it loads) and activates the backend
 * `name`, or the one that INTERLAYER_TEST_BACKEND names instead. These are plain backends: what the repository adds to them is
 * tested where it is added.
 *
 * @throws if tfjs-node is requested and cannot be loaded: no test may pass on a backend other than the requested one
 */
export async function useBackend(name: TestBackend = 'cpu'): Promise<void> {
  const taken = instead ?? name;
  if (taken === 'tfjs-node') {
    await import('@tensorflow/tfjs');
    // By path, because the package itself depends on this one for its tests.
    const { loadNative } = await import('../../../packages/runtime/src/native');
    await loadNative('tfjs-node', { threads: 1 });
  } else await usePlainBackend(taken);
}
