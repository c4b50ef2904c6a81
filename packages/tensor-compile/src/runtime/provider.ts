import { availableParallelism } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import { type Dialect, dialects } from '../onnx/graph';

export type ProviderName = 'cpu' | 'webgpu' | 'cuda';

export interface ProviderOptions {
  provider: ProviderName;
  /** Threads of one operator on the CPU. Default: what the machine offers this process. */
  threads?: number;
  /** Let waiting threads spin: about a tenth faster on idle cores, a loss on shared ones. Default false. */
  spin?: boolean;
  /** Let operators for which the device has no kernel run on the CPU; they are reported. Default false: an error. */
  allowFallback?: boolean;
}

export interface Provider {
  name: ProviderName;
  description: string;
  dialect: Dialect;
  /** Variables and outputs live on the device between runs. */
  resident: boolean;
  threads: number;
  sessionOptions: InferenceSession.SessionOptions;
}

export function providerOf({ provider, threads, spin = false, allowFallback = false }: ProviderOptions): Provider {
  if (!['cpu', 'webgpu', 'cuda'].includes(provider))
    throw new Error(`createExecutor got the provider '${provider}'; expected 'cpu', 'webgpu' or 'cuda'.`);
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw new Error(`createExecutor got ${threads} threads; expected a whole number of at least 1.`);
  const count = threads ?? availableParallelism();
  const session: Record<string, unknown> = { intra_op: { allow_spinning: spin ? '1' : '0' } };
  if (provider !== 'cpu' && !allowFallback) session.disable_cpu_ep_fallback = '1';
  return {
    name: provider,
    description:
      provider === 'cpu' ? `onnxruntime cpu, ${count} thread${count === 1 ? '' : 's'}` : `onnxruntime ${provider}`,
    dialect: provider === 'webgpu' ? dialects.webgpu : dialects.cpu,
    resident: provider === 'webgpu',
    threads: count,
    sessionOptions: {
      executionProviders: [provider],
      intraOpNumThreads: count,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Errors are thrown; warnings of the optimiser would only be noise on stderr.
      logSeverityLevel: 3,
      extra: { session },
    },
  };
}
