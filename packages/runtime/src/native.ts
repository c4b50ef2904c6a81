import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { nvidiaCards } from './graphics-cards';
import { installed, nativeAddon } from './installed';
import { restoreNodeUtil } from './node-shim';
import { firstLine } from './say';

export type NativeBackend = 'tfjs-node' | 'tfjs-node-gpu';

const how = (name: NativeBackend): string =>
  `build it against a TensorFlow library with scripts/native-tensorflow.sh${name === 'tfjs-node' ? '' : ` --package @tensorflow/${name}`} (docs/native-tensorflow.md), or choose another backend`;

/** Only one of the two can live in a process: both register the tfjs backend `tensorflow`. */
let loaded: ({ name: NativeBackend } & Loaded) | undefined;

export interface Loaded {
  /** The number of threads that it uses. */
  threads: number;
  /** The version of the TensorFlow library behind the package. */
  tensorFlow: string;
}

/** The version of the TensorFlow library in this process, if there is one. */
export const loadedTensorFlow = (): string | undefined => loaded?.tensorFlow;

/**
 * Why a native package cannot be loaded, found out without loading it (a failed import leaves half of its kernels registered);
 * undefined when it is worth trying.
 */
export function whyNotNative(name: NativeBackend): string | undefined {
  const found = installed(`@tensorflow/${name}`);
  if (!found) return `not installed (npm install @tensorflow/${name})`;
  if (!nativeAddon(found))
    return `@tensorflow/${name} ${found.version} is installed without its addon (tfjs_binding.node): its download failed or was not allowed; ${how(name)}`;
  if (loaded && loaded.name !== name)
    return `@tensorflow/${loaded.name} is already loaded, and a process can hold only one of the two`;
  if (name === 'tfjs-node-gpu' && process.platform === 'linux' && nvidiaCards().length === 0 && !existsSync('/dev/dxg'))
    return 'no NVIDIA GPU (no device node /dev/nvidia0 or /dev/dxg)';
  return undefined;
}

/**
 * Loads tfjs-node or tfjs-node-gpu and makes it the tfjs backend.
 *
 * @param options.threads The most threads that one operation may use. TensorFlow reads it when the library loads, so a later
 * call in the same process cannot change it.
 * @throws When the package, its addon or its GPU is missing; the message says which and what to do.
 */
export async function loadNative(name: NativeBackend, { threads }: { threads: number }): Promise<Loaded> {
  const reason = whyNotNative(name);
  if (reason) throw new Error(reason);
  restoreNodeUtil();
  if (!loaded) {
    process.env.TF_NUM_INTRAOP_THREADS = String(threads);
    process.env.TF_NUM_INTEROP_THREADS ??= '1';
  }
  // By default TensorFlow writes a greeting to stderr.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    // Two literal specifiers, so that bundlers and the reader see both.
    if (name === 'tfjs-node-gpu') await import('@tensorflow/tfjs-node-gpu');
    else await import('@tensorflow/tfjs-node');
  } catch (error) {
    throw new Error(`@tensorflow/${name} is installed but does not load: ${firstLine(error)}; ${how(name)}`, {
      cause: error,
    });
  }
  await tf.setBackend('tensorflow');
  await tf.ready();
  const backend = tf.backend() as unknown as { isUsingGpuDevice?: boolean; binding: { TF_Version: string } };
  loaded ??= { name, threads, tensorFlow: backend.binding.TF_Version };
  if (name === 'tfjs-node-gpu' && !backend.isUsingGpuDevice)
    throw new Error(
      '@tensorflow/tfjs-node-gpu loads, but its TensorFlow sees no GPU (it needs CUDA 11.2, cuDNN 8 and a card that they support; docs/native-tensorflow.md)',
    );
  return loaded;
}
