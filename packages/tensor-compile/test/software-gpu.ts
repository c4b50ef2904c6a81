import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import { createExecutor, type Executor, hostTensor } from '../src/index';

const SWIFTSHADER = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
];

/**
 * Points Vulkan at a software device (Debian's chromium brings SwiftShader) unless the environment names a driver.
 * Must run before onnxruntime is loaded. Gives whether there is a device to try.
 */
function prepare(): boolean {
  if (process.env.INTERLAYER_WEBGPU === '1' || process.env.VK_ICD_FILENAMES) return true;
  const driver = SWIFTSHADER.find(existsSync);
  if (!driver) return false;
  process.env.VK_ICD_FILENAMES = driver;
  process.env.XDG_RUNTIME_DIR ??= mkdtempSync(join(tmpdir(), 'interlayer-gpu-'));
  return true;
}

/** A `describe` for the WebGPU provider; skipped, loudly, where no device can be had. */
export function webgpu(name: string, body: () => void): void {
  if (prepare()) describe(name, body);
  else {
    console.warn(
      `SKIPPED: "${name}" needs a Vulkan device. Debian's chromium package brings a software one; INTERLAYER_WEBGPU=1 takes the machine's own.`,
    );
    describe.skip(`${name} (no Vulkan device)`, body);
  }
}

/** Mesa's software driver has half precision, which SwiftShader has not. Debian's is new enough from 13 on. */
const LAVAPIPE = ['/usr/share/vulkan/icd.d/lvp_icd.json', '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json'];

/** An executor on a device with half precision; undefined, said loudly, where there is none. */
export async function halfPrecisionDevice(): Promise<Executor | undefined> {
  const driver = LAVAPIPE.find(existsSync);
  if (process.env.INTERLAYER_WEBGPU !== '1' && driver) process.env.VK_ICD_FILENAMES ??= driver;
  process.env.XDG_RUNTIME_DIR ??= mkdtempSync(join(tmpdir(), 'interlayer-gpu-'));
  const executor = await createExecutor({ provider: 'webgpu' });
  const square = executor.compile((x: tf.Tensor) => tf.matMul(x, x), { precision: 'float16' });
  try {
    await square(hostTensor([2], [1, 1]));
    return executor;
  } catch (error) {
    await executor.dispose();
    if (!/No WebGPU device|shader-f16/.test((error as Error).message)) throw error;
    console.warn(
      'SKIPPED: half precision on WebGPU needs a device that has it. Mesa brings a software one (mesa-vulkan-drivers, from 25 on tried); INTERLAYER_WEBGPU=1 takes the machine’s own, VK_ICD_FILENAMES the one of a driver.',
    );
    return undefined;
  }
}
