import { sessionError } from './onnxruntime';
import type { Provider } from './provider';

/** Why onnxruntime made no session of a graph with these operators, and what to do about it. */
export function createError(
  error: unknown,
  name: string,
  provider: Provider,
  operators: ReadonlyMap<string, number>,
): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/fallback to CPU EP has been explicitly disabled/i.test(message))
    return new Error(
      `'${name}' uses operators that ${provider.name} cannot run on the device. It uses ${[...operators.keys()].sort().join(', ')}. Pass allowFallback: true to createExecutor to run the missing ones on the CPU and have them named.`,
      { cause: error },
    );
  if (provider.name === 'webgpu' && /adapter|WebGPU|Dawn|vulkan/i.test(message))
    return new Error(
      `No WebGPU device for '${name}': a graphics driver is needed, and libvulkan1 on Linux. Use the provider 'cpu' otherwise. (${message.split('\n')[0]})`,
      { cause: error },
    );
  if (provider.name === 'cuda' && /cuda|cudnn|\.so|backend not found/i.test(message))
    return new Error(
      `The CUDA provider could not be loaded for '${name}': it needs onnxruntime's CUDA library (installed by onnxruntime-node's own install script), CUDA 12 and cuDNN 9. The provider 'webgpu' needs none of them. (${message.split('\n')[0]})`,
      { cause: error },
    );
  return sessionError(error, `Compiling '${name}' for ${provider.description} failed`);
}
