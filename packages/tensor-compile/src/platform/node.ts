import { availableParallelism } from 'node:os';
import type { OnnxRuntime } from '../runtime/onnxruntime';
import { NodeFallbackProfile } from './fallback-profile';
import { loadError } from './load-error';
import { loadedDrivers } from './loaded-drivers';
import type { Platform } from './platform';
import { startSessionThread } from './session-thread';
import { writeFiles } from './write-files';

let loading: Promise<OnnxRuntime> | undefined;

export const platform: Platform = {
  /** Loads at the first use, since running eagerly does not need it. */
  load(provider) {
    if (provider === 'wasm')
      throw new Error(
        "The provider 'wasm' runs in browsers. In Node use 'cpu', which is faster, or pass onnxruntime-web as 'ort'.",
      );
    loading ??= import('onnxruntime-node').then(
      (module) => ((module as { default?: unknown }).default ?? module) as OnnxRuntime,
      (error: unknown) => {
        loading = undefined;
        throw loadError(error);
      },
    );
    return loading;
  },
  threads: availableParallelism,
  startThread: startSessionThread,
  device: async () => loadedDrivers(),
  writeFiles,
  profile: (provider) => new NodeFallbackProfile(provider),
};
