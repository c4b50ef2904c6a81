import * as tf from '@tensorflow/tfjs-core';
import { batchMatMul } from './kernels/batch-matmul';
import { emptyReductions } from './kernels/empty-reductions';
import { emptyResults } from './kernels/empty-results';
import { fusedMatMul } from './kernels/fused-matmul';
import { gather } from './kernels/gather';
import { identity } from './kernels/identity';
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum';
import type { WasmKernel } from './kernels/wasm-backend';

/** What replaces each stock kernel, in the order in which they are installed. */
const replacements = {
  UnsortedSegmentSum: () => unsortedSegmentSum,
  BatchMatMul: batchMatMul,
  Identity: () => identity,
  _FusedMatMul: fusedMatMul,
  GatherV2: gather,
  ...emptyReductions,
  ...emptyResults,
} satisfies Record<string, (stock: WasmKernel) => WasmKernel>;

export type PackKernel = keyof typeof replacements;
/** The kernels of the pack. */
export const packKernels = Object.keys(replacements) as readonly PackKernel[];

/** The release that the overrides were written and tested for: they depend on how its kernels manage memory. */
const TESTED = /^4\.22\./;

const BACKEND = 'wasm';

/** What the registry held before, by kernel; present while the pack's kernel is installed. */
const replaced = new Map<PackKernel, tf.KernelConfig | null>();

export interface InstalledKernels {
  /** Kernels of the pack that are now in use. */
  installed: readonly PackKernel[];
  /** One clause about it, for a log line. */
  note: string;
}

/**
 * Makes tfjs's wasm backend fit for training: adds the kernel that gather's gradient needs (`UnsortedSegmentSum`), runs
 * transposed and batched matrix products through XNNPACK instead of a plain loop (`BatchMatMul`, `_FusedMatMul`), and lets
 * `Identity` share memory instead of copying it. It also corrects silent errors of the stock kernels: `gather` with
 * `batchDims`, and products and reductions over an axis of length 0, which return uninitialised memory, and results without
 * elements, on which some fail. Reductions of nothing give what TensorFlow does: 0 for a sum, 1 for a product, ∓∞ for a maximum
 * or minimum, NaN for a mean.
 *
 * Replaces kernels of the wasm backend only, and only of tfjs 4.22: with another release it changes nothing and says so in
 * `note`. A second call changes nothing either.
 *
 * @param options.only The kernels to install. Default: all of {@link packKernels}.
 * @param options.version The tfjs release to go by. Default: the one that is loaded.
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
      // Only UnsortedSegmentSum has no stock kernel, and does not use one.
      kernelFunc: replacements[name](stock?.kernelFunc as unknown as WasmKernel) as unknown as tf.KernelFunc,
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

/** Restores the stock kernels, for comparisons. */
export function uninstallKernels(): void {
  for (const [name, stock] of replaced) {
    tf.unregisterKernel(name, BACKEND);
    if (stock) tf.registerKernel(stock);
  }
  replaced.clear();
}
