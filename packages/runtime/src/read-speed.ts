import { median } from '@interlayer/stats';
import { hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import { openRuntime, type RuntimeDescription, type RuntimeOptions } from './open-runtime';

export interface SpeedReading {
  /** Billions of floating point operations per second in products of two 512 × 512 matrices. */
  gflops: number;
  /** Resident memory of the process afterwards, in bytes. */
  memory: number;
  description: RuntimeDescription;
}

const SIDE = 512;

/**
 * Opens a runtime, multiplies matrices for about `seconds`, and closes it. A quick look, not a benchmark: the median over
 * products, including sending the inputs and fetching the sum.
 */
export async function readSpeed(options: RuntimeOptions & { seconds?: number } = {}): Promise<SpeedReading> {
  const { seconds = 0.5 } = options;
  const runtime = await openRuntime(options);
  const ones = hostTensor(new Float32Array(SIDE * SIDE).fill(1), [SIDE, SIDE]);
  const multiply = runtime.executor.compile(({ x }: { x: tf.Tensor2D }) => ({ sum: tf.sum(tf.matMul(x, x)) }));
  try {
    const { sum } = await multiply({ x: ones });
    if (Math.abs(sum.data[0] / SIDE ** 3 - 1) > 1e-3)
      throw new Error(`a product of ones summed to ${sum.data[0]}, expected ${SIDE ** 3}`);
    const times: number[] = [];
    for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
      const start = performance.now();
      await multiply({ x: ones });
      times.push(performance.now() - start);
    }
    return {
      gflops: (2 * SIDE ** 3) / (median(times) * 1e6),
      memory: process.memoryUsage.rss(),
      description: runtime.describe(),
    };
  } finally {
    await multiply.dispose();
    await runtime.dispose();
  }
}
