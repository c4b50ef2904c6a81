import * as tf from '@tensorflow/tfjs-core';
import { batchMatMul } from './kernels/batch-matmul';
import { fusedMatMul } from './kernels/fused-matmul';
import { identity } from './kernels/identity';
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum';
import type { WasmKernel } from './kernels/wasm-backend';

/** The kernels of the pack, in the order in which they are installed. */
export const packKernels = ['UnsortedSegmentSum', 'BatchMatMul', 'Identity', '_FusedMatMul'] as const;
export type PackKernel = (typeof packKernels)[number];

const replacements: Record<PackKernel, (stock: WasmKernel | undefined) => WasmKernel> = {
  UnsortedSegmentSum: () => unsortedSegmentSum,
  BatchMatMul: (stock) => batchMatMul(stock!),
  Identity: () => identity,
  _FusedMatMul: (stock) => fusedMatMul(stock!),
};

/** The release that the overrides were written and tested for: they lean on how its kernels keep their memory. */
const TESTED = /^4\.22\./;

const BACKEND = 'wasm';

/** What the registry held before, by kernel; present while the pack's kernel is installed. */
const replaced = new Map<PackKernel, tf.KernelConfig | null>();

export interface InstalledKernels {
  /** Kernels of the pack that are in place now. */
  installed: readonly PackKernel[];
  /** One clause about it, for a log line. */
  note: string;
}

/**
 * Makes tfjs's wasm backend fit for training: adds the kernel that gather's gradient needs (`UnsortedSegmentSum`), runs
 * transposed and batched matrix products through XNNPACK instead of a plain loop (`BatchMatMul`, `_FusedMatMul`), and lets
 * `Identity` share memory instead of copying it.
 *
 * Replaces kernels of the wasm backend only, and only of tfjs 4.22: with another release it leaves everything as it is
 * and says so in `note`. A second call changes nothing.
 *
 * @param options.only The kernels to install. Default: all of {@link packKernels}.
 * @param options.version The tfjs release to judge by. Default: the one that is loaded.
 * @throws When the wasm backend's kernels are not registered (`import '@tensorflow/tfjs-backend-wasm'` first).
 */
export function installKernels({
  only = packKernels,
  version = tf.version_core,
}: {
  only?: readonly PackKernel[];
  version?: string;
} = {}): InstalledKernels {
  for (const name of only)
    if (!packKernels.includes(name))
      throw new Error(`unknown kernel ${JSON.stringify(name)}: the pack has ${packKernels.join(', ')}`);
  if (!TESTED.test(version))
    return {
      installed: [],
      note: `stock kernels (the kernel pack is for tfjs 4.22, this is ${version}; training needs UnsortedSegmentSum)`,
    };
  if (!tf.getKernel('BatchMatMul', BACKEND))
    throw new Error(
      "the wasm backend's kernels are not registered: import '@tensorflow/tfjs-backend-wasm' before installKernels(), or use startBackend({ backend: 'wasm' })",
    );
  for (const name of only) {
    if (replaced.has(name)) continue;
    const stock = tf.getKernel(name, BACKEND) ?? null;
    // Registering twice would warn.
    if (stock) tf.unregisterKernel(name, BACKEND);
    tf.registerKernel({
      kernelName: name,
      backendName: BACKEND,
      // Where the backend is not initialised yet, the stock kernel is still to be bound to its module.
      setupFunc: stock?.setupFunc,
      disposeFunc: stock?.disposeFunc,
      kernelFunc: replacements[name](stock?.kernelFunc as WasmKernel | undefined) as unknown as tf.KernelFunc,
    });
    replaced.set(name, stock);
  }
  const installed = packKernels.filter((name) => replaced.has(name));
  return {
    installed,
    note:
      installed.length === packKernels.length
        ? 'with the kernel pack'
        : `with ${installed.join(', ')} of the kernel pack`,
  };
}

/** Puts the stock kernels back, for comparisons. */
export function uninstallKernels(): void {
  for (const [name, stock] of replaced) {
    tf.unregisterKernel(name, BACKEND);
    if (stock) tf.registerKernel(stock);
  }
  replaced.clear();
}
