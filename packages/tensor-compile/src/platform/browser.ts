import type { OnnxRuntime } from '../runtime/onnxruntime';
import type { Platform } from './platform';

/** The part of WebGPU's GPUDevice that is used here; its types are in a separate package. */
interface GpuDevice {
  adapterInfo?: { vendor: string; architecture: string; description: string };
}

export const platform: Platform = {
  /** Loads at the first use, and only the build that is needed: the one with WebGPU is twice as large. */
  async load(provider) {
    if (provider === 'cuda')
      throw new Error("The provider 'cuda' does not exist in a browser; expected 'wasm' or 'webgpu'.");
    try {
      return provider === 'webgpu'
        ? ((await import('onnxruntime-web/webgpu')) as OnnxRuntime)
        : ((await import('onnxruntime-web/wasm')) as OnnxRuntime);
    } catch (error) {
      throw new Error(
        `onnxruntime-web could not be loaded. Install it beside this package (npm install onnxruntime-web@1.30), or pass its module as 'ort'. (${error instanceof Error ? error.message : error})`,
        { cause: error },
      );
    }
  },
  async device({ env }) {
    const device = await (env as { webgpu?: { device?: Promise<GpuDevice> } }).webgpu?.device;
    const { vendor, architecture, description } = device?.adapterInfo ?? {};
    return [vendor, architecture, description].filter(Boolean).join(' ') || 'chosen by the browser';
  },
  /** onnxruntime's own choice: half of the cores, at most four. Threads need a cross-origin isolated page. */
  threads() {
    const { crossOriginIsolated, navigator } = globalThis as unknown as {
      crossOriginIsolated: boolean;
      navigator: { hardwareConcurrency: number };
    };
    return crossOriginIsolated ? Math.min(4, Math.ceil(navigator.hardwareConcurrency / 2)) : 1;
  },
};
