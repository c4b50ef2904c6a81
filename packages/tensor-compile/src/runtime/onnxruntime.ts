import type { HostData } from '../host-tensor';

/** A tensor of onnxruntime's. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly location: string;
  /** The values of a tensor on the host; of one on a device this throws. */
  readonly data: unknown;
  dispose(): void;
}

export interface OrtSession {
  run(
    feeds: Record<string, OrtTensor>,
    fetches: Record<string, OrtTensor | null>,
  ): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
  endProfiling(): void;
}

/** What this package uses of onnxruntime: the same in onnxruntime-node and onnxruntime-web. */
export interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options?: object): Promise<OrtSession> };
  Tensor: new (type: 'float32' | 'int32' | 'bool', data: HostData, dims: readonly number[]) => OrtTensor;
  env: {
    /** `web` is there in onnxruntime-web, `node` in onnxruntime-node. */
    readonly versions: { readonly web?: string; readonly node?: string };
    wasm: { numThreads?: number };
  };
}

/** Whether a graph in half precision met a device without it: onnxruntime finds out when it runs the first such node. */
export const lacksHalf = (error: unknown): boolean => /requires f16 but the device does not/.test(messageOf(error));

export const halfError = (error: unknown, name: string, device: string): Error =>
  new Error(
    `'${name}' was compiled in half precision, which the graphics device has not (${device}): WebGPU calls it shader-f16. Compile with precision 'float32', or use a device and a driver that have it.`,
    { cause: error },
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Says what an error of a session means, where it is one that users can do something about. */
export function sessionError(error: unknown, what: string): Error {
  const message = messageOf(error);
  const because = (advice: string) => new Error(`${what}: ${advice} (${message.split('\n')[0]})`, { cause: error });
  if (/device.{0,20}lost|DeviceLost|VK_ERROR_DEVICE_LOST/i.test(message))
    return because(
      'the graphics device was lost. Weights that were not pulled are gone: create a new executor and resume from the last checkpoint.',
    );
  if (/out of memory|bad_alloc|failed to allocate|allocation failed|OutOfMemory|VK_ERROR_OUT_OF_/i.test(message))
    return because(
      'there is not enough memory. Use smaller batches, fewer outputs, or fewer cached graphs (cacheSize).',
    );
  // What WebGPU says of a buffer that it could not make, and onnxruntime of a tensor that takes too many, or has too many elements.
  if (/Invalid Buffer|Too many storage buffers|narrowing_error/.test(message))
    return because(
      'a tensor found no room on the device: it is larger than the device allows, or the memory is used up. Use smaller batches, fewer outputs, or fewer cached graphs (cacheSize).',
    );
  // Of indices that the function computes: those that it is given are checked before it runs.
  if (/indices element out of data bounds|invalid ind(ex|ice) found/.test(message))
    return because('an index that the function computed is outside the tensor that it selects from.');
  return because('onnxruntime reported an error.');
}
