import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

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
