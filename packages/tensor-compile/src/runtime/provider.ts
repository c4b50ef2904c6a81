import { platform } from '#platform';
import { type Dialect, dialects } from '../onnx/graph';
import type { ModelOptions } from '../onnx/model';
import type { OnnxRuntime } from './onnxruntime';

const NAMES = ['cpu', 'wasm', 'webgpu', 'cuda'] as const;
export type ProviderName = (typeof NAMES)[number];

/** The sum of a skip and its layer norm took four times as long in one kernel as in two on the CPU (1.30). */
const SLOW_FUSIONS = 'SkipLayerNormFusion';

export interface ProviderOptions {
  /** In a browser `cpu` means `wasm`. */
  provider: ProviderName;
  /** Threads per operator on the CPU. Default: all that are available; in a browser, onnxruntime's choice. */
  threads?: number;
  /** Let waiting threads spin: about a tenth faster on idle cores, slower on shared ones. Default false. */
  spin?: boolean;
  /** Run operators without a kernel for the device on the CPU, and report them. Default false: an error. */
  allowFallback?: boolean;
}

export interface Provider {
  name: ProviderName;
  description: string;
  dialect: Dialect;
  /** Whether variables stay on the device between runs. */
  resident: boolean;
  /** Whether outputs can be written into given tensors. */
  writesInPlace: boolean;
  /** How constants are passed: beside the model, each in its own array, if that saves a copy. */
  dataFile: ModelOptions['dataFile'];
  threads: number;
  /** The options of a session, which may take fewer threads than others. */
  sessionOptions(threads?: number): object;
}

/** Throws unless the options name a provider and a number of threads. */
export function checkProvider({ provider, threads }: ProviderOptions): void {
  if (!NAMES.includes(provider))
    throw new Error(`createExecutor got the provider '${provider}'; expected 'cpu', 'wasm', 'webgpu' or 'cuda'.`);
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw new Error(`createExecutor got ${threads} threads; expected a whole number of at least 1.`);
}

export function providerOf(options: ProviderOptions, { env }: OnnxRuntime): Provider {
  const { provider, spin = false, allowFallback = false } = options;
  const web = env.versions.web !== undefined;
  const name = web && provider === 'cpu' ? 'wasm' : provider;
  const threads = web ? webThreads(env, options.threads) : (options.threads ?? platform.threads());
  const device = name === 'webgpu' || name === 'cuda';
  const session: Record<string, unknown> = {
    intra_op: { allow_spinning: spin ? '1' : '0' },
    // Between runs the processor is free for this program's JavaScript and its other sessions.
    force_spinning_stop: '1',
  };
  if (device && !allowFallback) session.disable_cpu_ep_fallback = '1';
  return {
    name,
    description: `onnxruntime ${name}${device ? '' : `, ${threads} thread${threads === 1 ? '' : 's'}`}`,
    dialect: name === 'webgpu' ? dialects.webgpu : dialects.cpu,
    resident: name === 'webgpu',
    writesInPlace: !device && !web,
    dataFile: web ? undefined : { name: 'constant', above: 0, each: true },
    threads,
    sessionOptions: (own = threads) => ({
      executionProviders: [name],
      intraOpNumThreads: own,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Errors are thrown; onnxruntime's own messages would only be noise on stderr.
      logSeverityLevel: 4,
      extra: { session, ...(name === 'cpu' && { optimization: { disable_specified_optimizers: SLOW_FUSIONS } }) },
    }),
  };
}

const started = new WeakSet<OnnxRuntime['env']>();

/** onnxruntime-web reads its number of threads once, at its first session. */
function webThreads(env: OnnxRuntime['env'], wanted: number | undefined): number {
  const first = !started.has(env);
  started.add(env);
  const threads = env.wasm.numThreads || platform.threads();
  if (wanted !== undefined && wanted !== threads) {
    if (!first)
      throw new Error(
        `createExecutor got ${wanted} threads, but onnxruntime-web already runs with ${threads} and keeps the number of its first session.`,
      );
    if (wanted > 1 && (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false)
      throw new Error(
        `createExecutor got ${wanted} threads, but this page has only one: WebAssembly threads need the response headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.`,
      );
  }
  return (env.wasm.numThreads = wanted ?? threads);
}
