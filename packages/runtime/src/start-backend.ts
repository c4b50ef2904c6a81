import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { type EagerBackend, eagerBackends, expectBackend, type PassedOver } from './backend-names';
import { withoutEmscriptenHandlers } from './emscripten-handlers';
import { installKernels, type PackKernel } from './install-kernels';
import { installed } from './installed';
import { loadNative, whyNotNative } from './native';
import { probeTfjsNodeGpu } from './probe';
import { registerGradients } from './register-gradients';
import { firstLine, type Log, sayOnce, sentence } from './say';

export interface StartOptions {
  /** The backend to start. Default: the first of `tfjs-node-gpu → tfjs-node → wasm → cpu` that works. */
  backend?: EagerBackend;
  /** The most threads to use; only tfjs-node(-gpu) has more than one. Default: all cores. */
  threads?: number;
  /** Which kernels of the wasm pack to install. Default: all of them; `['UnsortedSegmentSum']` is stock wasm that can train. */
  kernels?: readonly PackKernel[];
  /** Receives the line that says what was started and why. Default: stderr, each line once per process. */
  log?: Log;
}

export interface StartedBackend {
  backend: EagerBackend;
  why: string;
  passedOver: readonly PassedOver[];
  threads: number;
}

/**
 * Starts a tfjs backend for eager work (hooks, patching, debugging) and registers tfjs's gradients.
 *
 * @throws When a named backend does not start: an explicit choice never falls back. The message says what is missing and
 * what to do.
 */
export async function startBackend(options: StartOptions = {}): Promise<StartedBackend> {
  const { backend, threads = availableParallelism(), log = sayOnce } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(`threads is ${threads}: expected a whole number of at least 1`);
  const passedOver: PassedOver[] = [];
  if (backend !== undefined) expectBackend(backend, eagerBackends);
  for (const candidate of backend === undefined ? eagerBackends : [backend]) {
    try {
      const started = await startEager(candidate, { kernels: options.kernels, threads, named: backend !== undefined });
      const result = { backend: candidate, passedOver, ...started };
      log(sentence(result, passedOver));
      return result;
    } catch (error) {
      if (backend !== undefined)
        throw new Error(`backend ${backend} cannot be started: ${firstLine(error)}`, { cause: error });
      passedOver.push({ backend: candidate, reason: firstLine(error) });
    }
  }
  throw new Error(
    `no tfjs backend could be started: ${passedOver.map((each) => `${each.backend}: ${each.reason}`).join('; ')}`,
  );
}

let running: { name: EagerBackend; tfjs: string } | undefined;

/**
 * The backend that was started here, if it is still tfjs's current one.
 *
 * @internal
 */
export const runningBackend = (): EagerBackend | undefined =>
  running && tf.engine().backendName === running.tfjs ? running.name : undefined;

/**
 * Starts one backend.
 *
 * @internal
 */
export async function startEager(
  name: EagerBackend,
  { threads, kernels, named }: { threads: number; kernels?: readonly PackKernel[]; named: boolean },
): Promise<{ why: string; threads: number }> {
  await registerGradients();
  const asked = named ? 'as asked, ' : '';
  if (name === 'tfjs-node' || name === 'tfjs-node-gpu') {
    // A GPU library that does not fit its card may abort the process; only those who name it run that risk.
    if (name === 'tfjs-node-gpu' && !named) await expectGpu();
    const { threads: used, tensorFlow } = await loadNative(name, { threads });
    running = { name, tfjs: 'tensorflow' };
    const { version } = installed(`@tensorflow/${name}`)!;
    return {
      why: `${asked}eager, TensorFlow ${tensorFlow}'s own kernels through @tensorflow/${name} ${version}, ${used} thread${used === 1 ? '' : 's'}`,
      threads: used,
    };
  }
  if (name === 'wasm') {
    const { version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm');
    await withoutEmscriptenHandlers(() => use('wasm'));
    running = { name, tfjs: 'wasm' };
    const { note } = installKernels({ only: kernels });
    return { why: `${asked}eager, @tensorflow/tfjs-backend-wasm ${version}, one thread, ${note}`, threads: 1 };
  }
  await use('cpu');
  running = { name, tfjs: 'cpu' };
  return { why: `${asked}eager, tfjs's plain JavaScript kernels (slow: for tests and tiny models)`, threads: 1 };
}

async function use(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not initialise its ${name} backend on this machine`);
  await tf.ready();
}

async function expectGpu(): Promise<void> {
  const reason = whyNotNative('tfjs-node-gpu');
  if (reason) throw new Error(reason);
  const tried = await probeTfjsNodeGpu();
  if (!tried.works) throw new Error(tried.reason);
}
