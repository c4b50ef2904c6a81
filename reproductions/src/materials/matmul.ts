import type { Matmul } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { compileMatmul } from '@interlayer/tensor-compile';

/** a · bᵀ on the backend of the run, in float32. */
export function openMatmul({ executor }: Runtime): { matmul: Matmul; dispose(): Promise<void> } {
  const matmul = compileMatmul(executor, { cacheSize: 32 });
  return { matmul, dispose: matmul.dispose };
}
