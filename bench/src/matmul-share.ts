import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExecutor, type Executor, type OrtSession } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import type { Job } from './benchmark';

/** The share of a run's time spent on matrix products, in [0, 1]. */
export interface MatmulShare {
  share: number;
  how: string;
}

const RUNS = 5;
/** During these runs onnxruntime's memory grows, and kernels wait for its pages. */
const WARM_UP = 10;
const TFJS = ['BatchMatMul', '_FusedMatMul'];
const ONNX = /^(Fused)?(MatMul|Gemm)$/;

interface ProfileEvent {
  name: string;
  ts: number;
  dur: number;
  args?: { op_name?: string };
}

/** For a compiled job, from the kernel times in onnxruntime's profile. */
export async function compiledShare(threads: number, open: (executor: Executor) => Job): Promise<MatmulShare> {
  const folder = mkdtempSync(join(tmpdir(), 'interlayer-bench-profile-'));
  const sessions: OrtSession[] = [];
  const profiling = {
    ...ort,
    InferenceSession: {
      async create(model: Uint8Array, options: object) {
        const profile = { enableProfiling: true, profileFilePrefix: join(folder, String(sessions.length)) };
        const session = await ort.InferenceSession.create(model, { ...options, ...profile });
        sessions.push(session as unknown as OrtSession);
        return session;
      },
    },
  };
  const executor = await createExecutor({ provider: 'cpu', threads, spin: true, ort: profiling as never });
  try {
    const job = open(executor);
    for (let i = 0; i < WARM_UP + RUNS; i++) await job.run();
    for (const session of sessions) session.endProfiling();
    let [products, all] = [0, 0];
    for (const file of readdirSync(folder)) {
      const events: ProfileEvent[] = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const first = events.filter(({ name }) => name === 'model_run').map(({ ts }) => ts)[WARM_UP] ?? 0;
      for (const { name, ts, dur, args } of events) {
        if (!name.endsWith('_kernel_time') || ts < first) continue;
        all += dur;
        if (ONNX.test(args?.op_name ?? '')) products += dur;
      }
    }
    await job.close();
    return { share: products / all, how: 'kernel times in onnxruntime’s profile, products over all kernels' };
  } finally {
    await executor.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For an eager job on a backend whose kernels return when they are done (wasm, tfjs-node on the CPU). */
export async function eagerShare(job: Job, runs = RUNS): Promise<MatmulShare> {
  const backendName = tf.getBackend();
  let [products, depth] = [0, 0];
  const timed = TFJS.flatMap((name) => tf.getKernel(name, backendName) ?? []).map((kernel) => {
    const kernelFunc: tf.KernelFunc = (call) => {
      const start = performance.now();
      depth++;
      try {
        return kernel.kernelFunc(call);
      } finally {
        // One kernel may call another.
        if (--depth === 0) products += performance.now() - start;
      }
    };
    return { kernel, timed: { ...kernel, kernelFunc } };
  });
  const put = (config: tf.KernelConfig) => {
    tf.unregisterKernel(config.kernelName, backendName);
    tf.registerKernel(config);
  };
  for (const { timed: config } of timed) put(config);
  try {
    const start = performance.now();
    for (let i = 0; i < runs; i++) await job.run();
    return {
      share: products / (performance.now() - start),
      how: `time in ${TFJS.join(' and ')} over the time of the whole run`,
    };
  } finally {
    for (const { kernel } of timed) put(kernel);
  }
}
