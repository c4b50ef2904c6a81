import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { createExecutor, type Executor, hostTensor, type Precision } from '../src/index';

/** Debian's chromium brings a software driver, SwiftShader. */
const SWIFTSHADER = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
];

/** Mesa's software driver has half precision, which SwiftShader lacks. Debian's is new enough from 13 on. */
const LAVAPIPE = ['/usr/share/vulkan/icd.d/lvp_icd.json', '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json'];

/** An executor on a WebGPU device, or undefined (and a loud reason) if a first addition fails. */
export async function webgpuDevice(): Promise<Executor | undefined> {
  return await tryDevice(
    SWIFTSHADER,
    'float32',
    /Failed to get a WebGPU adapter/,
    "the WebGPU provider needs a Vulkan driver and loader: Debian's chromium and libvulkan1 are software ones",
  );
}

/** An executor on a device with half precision, or undefined (and a loud reason) if there is none. */
export async function halfPrecisionDevice(): Promise<Executor | undefined> {
  return await tryDevice(
    LAVAPIPE,
    'float16',
    /Failed to get a WebGPU adapter|shader-f16/,
    'half precision on WebGPU needs a device that has it: Mesa has a software one (mesa-vulkan-drivers, tried from version 25)',
  );
}

/**
 * Must run before onnxruntime is loaded: Vulkan then uses the first of the `drivers` here, unless the environment names a
 * driver or, with INTERLAYER_WEBGPU=1, leaves the choice to the machine.
 */
async function tryDevice(drivers: string[], precision: Precision, absent: RegExp, need: string) {
  const driver = drivers.find(existsSync);
  if (process.env.INTERLAYER_WEBGPU !== '1' && driver) process.env.VK_ICD_FILENAMES ??= driver;
  process.env.XDG_RUNTIME_DIR ??= mkdtempSync(join(tmpdir(), 'interlayer-gpu-'));
  const executor = await createExecutor({ provider: 'webgpu' });
  const square = executor.compile((x: tf.Tensor) => tf.matMul(x, x), { precision });
  try {
    await square(hostTensor([2], [1, 1]));
    await square.dispose();
    return executor;
  } catch (error) {
    await executor.dispose();
    const { message, cause } = error as Error;
    if (!absent.test(`${message} ${cause}`)) throw error;
    console.warn(
      `SKIPPED: ${need}. INTERLAYER_WEBGPU=1 uses the machine's own device, VK_ICD_FILENAMES names a driver.`,
    );
    return undefined;
  }
}
