import type { HostData } from '../host-tensor';

/** A tensor of onnxruntime. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly location: string;
  /** The values of a tensor on the host; throws for a tensor on a device. */
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

/** The part of onnxruntime that this package uses; onnxruntime-node and onnxruntime-web share it. */
export interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options?: object): Promise<OrtSession> };
  Tensor: new (type: 'float32' | 'int32' | 'bool', data: HostData, dims: readonly number[]) => OrtTensor;
  env: {
    /** onnxruntime-web has `web`, onnxruntime-node has `node`. */
    readonly versions: { readonly web?: string; readonly node?: string };
    wasm: { numThreads?: number };
  };
}

/** Whether the device has no half precision: onnxruntime finds out when it runs the first such node. */
export const lacksHalf = (error: unknown): boolean => /requires f16 but the device does not/.test(messageOf(error));

export const halfError = (error: unknown, name: string, device: string): Error =>
  new Error(
    `'${name}' was compiled in half precision, which the graphics device does not support (${device}): it lacks WebGPU's shader-f16. Compile with precision 'float32', or use a device and a driver that support it.`,
    { cause: error },
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Explains an error of a session, if the user can do something about it. */
export function sessionError(error: unknown, what: string): Error {
  const message = messageOf(error);
  const because = (advice: string) => new Error(`${what}: ${advice} (${message.split('\n')[0]})`, { cause: error });
  if (/device.{0,20}lost|DeviceLost|VK_ERROR_DEVICE_LOST/i.test(message))
    return because(
      'the graphics device was lost, and with it all weights that were not pulled. Create a new executor and resume from the last checkpoint.',
    );
  if (
    /out of memory|bad_alloc|(failed to|could not) allocate|allocation failed|OutOfMemory|VK_ERROR_OUT_OF_/i.test(
      message,
    )
  )
    return because(
      'there is not enough memory. Use smaller batches, fewer outputs, or fewer cached graphs (cacheSize).',
    );
  // WebGPU could not allocate a buffer, or onnxruntime found a tensor with too many buffers or elements.
  if (/Invalid Buffer|Too many storage buffers|narrowing_error/.test(message))
    return because(
      'a tensor did not fit on the device: it exceeds a limit of the device, or there is no memory left. Use smaller batches, fewer outputs, or fewer cached graphs (cacheSize).',
    );
  // This is about indices that the function computes: its inputs are checked before it runs.
  if (/indices element out of data bounds|invalid ind(ex|ice) found/.test(message))
    return because('an index that the function computed is outside the tensor that it selects from.');
  return because('onnxruntime reported an error.');
}
