export type TestBackend = 'cpu' | 'wasm' | 'tfjs-node';

/** INTERLAYER_TEST_BACKEND=tfjs-node runs every test that gets its backend here on TensorFlow's own kernels instead. */
const requested = process.env.INTERLAYER_TEST_BACKEND || undefined;
if (requested !== undefined && requested !== 'tfjs-node')
  throw new Error(`INTERLAYER_TEST_BACKEND is ${JSON.stringify(requested)}; expected tfjs-node or nothing`);
export const instead: 'tfjs-node' | undefined = requested;

/** The backends for a test that runs on several. */
export const testBackends: readonly TestBackend[] = instead ? [instead] : ['wasm', 'cpu'];
