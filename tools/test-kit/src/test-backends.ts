export type TestBackend = 'cpu' | 'wasm' | 'tfjs-node';

/** INTERLAYER_TEST_BACKEND=tfjs-node runs every test that takes a backend from here on TensorFlow's own kernels instead. */
const told = process.env.INTERLAYER_TEST_BACKEND || undefined;
if (told !== undefined && told !== 'tfjs-node')
  throw new Error(`INTERLAYER_TEST_BACKEND is ${JSON.stringify(told)}: expected tfjs-node, or nothing`);
export const instead: 'tfjs-node' | undefined = told;

/** The backends for a test that runs on each. */
export const testBackends: readonly TestBackend[] = instead ? [instead] : ['wasm', 'cpu'];
