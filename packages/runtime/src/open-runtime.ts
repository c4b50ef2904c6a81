import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createExecutor, type Executor, eagerExecutor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import {
  type BackendName,
  type CompiledBackend,
  compiledBackends,
  type EagerBackend,
  eagerBackends,
  expectBackend,
  isCompiled,
  type PassedOver,
} from './backend-names';
import { findAnyGpu, findRealGpu } from './find-gpu';
import { nvidiaCards } from './graphics-cards';
import { type Installed, installed, optionalPackages } from './installed';
import { loadedTensorFlow } from './native';
import { firstLine, type Log, sayOnce, sentence } from './say';
import { runningBackend, startEager } from './start-backend';

export interface RuntimeOptions {
  /** The backend to use; by default, the rule of {@link openRuntime} applies. A named backend that does not work is an error. */
  backend?: BackendName;
  /** The most threads to use. Default: all cores. `wasm` and `cpu` always use one. */
  threads?: number;
  /** Receives the line that says what was chosen and why. Default: stderr, each line once per process. */
  log?: Log;
}

export interface RuntimeDescription {
  backend: BackendName;
  /** The executor's own name. */
  engine: string;
  why: string;
  /** The tfjs backend that runs operations outside compiled functions. */
  eager: EagerBackend;
  threads: number;
  /** What computes: the processor's model or the graphics card. */
  device: string;
  versions: Record<string, string>;
  passedOver: readonly PassedOver[];
}

export interface Runtime {
  readonly backend: BackendName;
  readonly why: string;
  /** Runs whole functions and training steps; on eager backends it calls them, on compiled ones it traces them once. */
  readonly executor: Executor;
  describe(): RuntimeDescription;
  /** Frees the executor's sessions and memory. The tfjs backend stays: tfjs keeps one for the process. */
  dispose(): Promise<void>;
}

interface Opened {
  executor: Executor;
  why: string;
  eager: EagerBackend;
  threads: number;
  device: string;
}

/**
 * Opens what runs whole functions and training steps.
 *
 * When no backend is named: a real GPU if there is one (`tfjs-node-gpu` where it is installed and sees it, else `webgpu`);
 * without one, compiled `onnx-cpu` if onnxruntime-node loads; else the first of `tfjs-node → wasm → cpu` that works. Software
 * adapters (SwiftShader, lavapipe, …) and `cuda` are used only when named. The choice, its reason, and why others were passed
 * over are logged and kept in `describe()`.
 *
 * With a compiled backend, operations outside compiled functions run on the tfjs backend that the caller started before, or
 * on `wasm` with the kernel pack.
 *
 * @throws When a named backend does not work; the message says what is missing and what to do. A named backend never falls
 * back to another.
 */
export async function openRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const { backend, threads = availableParallelism(), log = sayOnce } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(`threads is ${threads}: expected a whole number of at least 1`);
  if (backend !== undefined) {
    expectBackend(backend, [...compiledBackends, ...eagerBackends]);
    try {
      return finish(backend, await open(backend, threads, true), [], log);
    } catch (error) {
      throw new Error(`backend ${backend} is not available: ${firstLine(error)}`, { cause: error });
    }
  }
  const passedOver: PassedOver[] = [];
  const ladder: BackendName[] = ['tfjs-node-gpu', 'webgpu', 'onnx-cpu', 'tfjs-node', 'wasm', 'cpu'];
  for (const candidate of ladder) {
    try {
      return finish(candidate, await open(candidate, threads, false), passedOver, log);
    } catch (error) {
      passedOver.push({ backend: candidate, reason: firstLine(error) });
    }
  }
  throw new Error(`no backend works: ${passedOver.map((each) => `${each.backend}: ${each.reason}`).join('; ')}`);
}

function finish(backend: BackendName, opened: Opened, passedOver: PassedOver[], log: Log): Runtime {
  const { executor, why, eager, threads, device } = opened;
  log(sentence({ backend, why }, passedOver));
  return {
    backend,
    why,
    executor,
    describe: () => ({
      backend,
      engine: executor.name,
      why,
      eager,
      threads,
      device,
      versions: versions(),
      passedOver,
    }),
    dispose: () => executor.dispose(),
  };
}

async function open(backend: BackendName, threads: number, named: boolean): Promise<Opened> {
  if (isCompiled(backend)) return await openCompiled(backend, threads, named);
  const started = await startEager(backend, { threads, named });
  return {
    executor: eagerExecutor(),
    ...started,
    eager: backend,
    device: backend === 'tfjs-node-gpu' ? nvidiaCards().join(', ') : processor(),
  };
}

async function openCompiled(backend: CompiledBackend, threads: number, named: boolean): Promise<Opened> {
  const onnxruntime = installed('onnxruntime-node');
  if (!onnxruntime)
    throw new Error(
      'onnxruntime-node is not installed (ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node: its install script downloads CUDA files that only cuda needs)',
    );
  const asked = named ? 'as asked, ' : '';
  let device = processor();
  let where = `${threads} thread${threads === 1 ? '' : 's'}`;
  if (backend === 'webgpu') {
    const gpu = named ? await findAnyGpu() : await findRealGpu();
    if (gpu.kind === 'none') throw new Error(gpu.reason);
    device = gpu.name;
    where = gpu.kind === 'real' ? `on ${gpu.name}` : `on the software adapter ${gpu.name}: correct, but very slow`;
  }
  if (backend === 'cuda') {
    expectCuda(onnxruntime);
    device = nvidiaCards().join(', ');
    where = `on ${device}`;
  }
  const provider = backend === 'onnx-cpu' ? 'cpu' : backend;
  // The eager backend first: tfjs moves a tensor to the current backend when it is used.
  const eager = runningBackend() ?? (await startAny(['wasm', 'cpu'], threads));
  return {
    executor: await createExecutor({ provider, threads }),
    why: `${asked}compiled, onnxruntime-node ${onnxruntime.version}, ${where}; eager operations on ${eager}`,
    eager,
    threads,
    device,
  };
}

async function startAny(names: EagerBackend[], threads: number): Promise<EagerBackend> {
  for (const name of names) {
    try {
      await startEager(name, { threads, named: false });
      return name;
    } catch (error) {
      if (name === names.at(-1)) throw error;
    }
  }
  throw new Error('unreachable');
}

/** onnxruntime's CUDA provider is two libraries that are not in the npm package. */
function expectCuda({ folder }: Installed): void {
  const library = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const binaries = join(folder, 'bin', 'napi-v6', process.platform, process.arch);
  if (!existsSync(join(binaries, library)))
    throw new Error(
      `${library} is not beside onnxruntime's binary: run its install script where the network allows (ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node; CUDA 12 and cuDNN 9 are needed), or use webgpu`,
    );
  if (nvidiaCards().length === 0) throw new Error('no NVIDIA GPU found (no device node /dev/nvidia0)');
}

const processor = (): string => cpus()[0]?.model.trim() || 'processor of unknown model';

function versions(): Record<string, string> {
  const found: Record<string, string> = { node: process.versions.node, 'tfjs-core': tf.version_core };
  for (const name of optionalPackages) {
    const version = installed(name)?.version;
    if (version) found[name] = version;
  }
  const tensorFlow = loadedTensorFlow();
  if (tensorFlow) found.tensorflow = tensorFlow;
  return found;
}
