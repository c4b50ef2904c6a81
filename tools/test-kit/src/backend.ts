import { usePlainBackend } from './plain-backend';
import { instead, type TestBackend } from './test-backends';

/**
 * Registers tfjs's gradients and chained operations (the union package does so on load) and makes `name`, or what
 * INTERLAYER_TEST_BACKEND puts in its place, the backend.
 * The plain backends only: what the repository adds to them is tested where it is added.
 *
 * @throws When tfjs-node is asked for and cannot be loaded: no test passes on another backend than it says.
 */
export async function useBackend(name: TestBackend = 'cpu'): Promise<void> {
  const taken = instead ?? name;
  if (taken === 'tfjs-node') {
    await import('@tensorflow/tfjs');
    // By path: the package itself depends on this one for its tests.
    const { loadNative } = await import('../../../packages/runtime/src/native');
    await loadNative('tfjs-node', { threads: 1 });
  } else await usePlainBackend(taken);
}
