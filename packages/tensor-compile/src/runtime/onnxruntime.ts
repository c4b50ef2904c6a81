import type { InferenceSession, Tensor } from 'onnxruntime-node';

export type OrtTensor = Tensor;
export type OrtSession = InferenceSession;

/** What this package uses of onnxruntime: the same in onnxruntime-node and onnxruntime-web. */
export interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession> };
  Tensor: new (
    type: 'float32' | 'int32' | 'bool',
    data: Float32Array | Int32Array | Uint8Array,
    dims: readonly number[],
  ) => Tensor;
}

let loading: Promise<OnnxRuntime> | undefined;

/** Loads onnxruntime-node at the first use: whoever only runs eagerly need not have it. */
export function loadOnnxRuntime(): Promise<OnnxRuntime> {
  loading ??= import('onnxruntime-node').then(
    (module) => ((module as { default?: unknown }).default ?? module) as OnnxRuntime,
    (error: unknown) => {
      loading = undefined;
      throw loadError(error);
    },
  );
  return loading;
}

/** What to do about an onnxruntime that does not load. */
export function loadError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: string } | undefined)?.code;
  const library = /(\S+\.so[.\d]*|\S+\.dylib|\S+\.dll): cannot open shared object|Library not loaded: (\S+)/.exec(
    message,
  );
  let advice: string;
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes('onnxruntime-node'))
    advice =
      "it is not installed. Run `npm install onnxruntime-node@1.30`. Behind a firewall set ONNXRUNTIME_NODE_INSTALL=skip for that command: its install script downloads CUDA files that the 'cpu' and 'webgpu' providers do not need (pnpm skips the script by itself).";
  else if (library)
    advice = `the shared library ${library[1] ?? library[2]} is missing on this machine. Install the system package that holds it.`;
  else if (/GLIBC|GLIBCXX|invalid ELF|wrong architecture/i.test(message))
    advice =
      'its binary does not fit this machine. It is built for Linux x64 and arm64 (glibc ≥ 2.28), macOS arm64 and Windows.';
  else if (/onnxruntime_binding\.node/.test(message))
    advice = `it has no binary for ${process.platform} ${process.arch}. Reinstall it, or use eagerExecutor().`;
  else advice = 'see the cause. eagerExecutor() works without it.';
  return new Error(`onnxruntime-node could not be loaded: ${advice} (${message.split('\n')[0]})`, { cause: error });
}

/** Says what an error of a session means, where it is one that users can do something about. */
export function sessionError(error: unknown, what: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  const because = (advice: string) => new Error(`${what}: ${advice} (${message.split('\n')[0]})`, { cause: error });
  if (/device.{0,20}lost|DeviceLost|VK_ERROR_DEVICE_LOST/i.test(message))
    return because(
      'the graphics device was lost. Weights that were not pulled are gone: create a new executor and resume from the last checkpoint.',
    );
  if (/out of memory|bad_alloc|failed to allocate|OutOfMemory|VK_ERROR_OUT_OF_/i.test(message))
    return because(
      'there is not enough memory. Use smaller batches, fewer outputs, or fewer cached graphs (cacheSize).',
    );
  return because('onnxruntime reported an error.');
}
