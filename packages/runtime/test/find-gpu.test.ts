import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findRealGpu } from '../src/find-gpu';
import { graphicsCards } from '../src/graphics-cards';
import { installed, nativeAddon } from '../src/installed';
import { probeTfjsNodeGpu, probeWebgpu } from '../src/probe';
import { isSoftwareAdapter, softwareGpuEnvironment } from '../src/software-gpu';

describe('isSoftwareAdapter', () => {
  it.each([
    'SwiftShader Device (Subzero)',
    'Google SwiftShader',
    'llvmpipe (LLVM 15.0.6, 256 bits)',
    'Microsoft Basic Render Driver',
    '/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so',
    '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
    './libvk_swiftshader.so',
  ])('knows %s', (name) => expect(isSoftwareAdapter(name)).toBe(true));

  it.each([
    'NVIDIA H100 80GB HBM3',
    'AMD Radeon RX 7900 XTX (RADV NAVI31)',
    'Intel(R) Iris(R) Xe Graphics',
    'Apple M2 Pro',
    'libGLX_nvidia.so.0',
    '/opt/software/nvidia/libnvidia-vulkan.so',
    '/usr/lib/x86_64-linux-gnu/libvulkan_radeon.so',
    '/usr/lib/x86_64-linux-gnu/libvulkan_intel.so',
  ])('takes %s for hardware', (name) => expect(isSoftwareAdapter(name)).toBe(false));
});

describe.skipIf(graphicsCards().length > 0)('findRealGpu without a GPU', () => {
  it('answers at once, and says what was looked for', async () => {
    const { kind, reason } = await findRealGpu();
    expect(kind).toBe('none');
    if (process.platform === 'linux') expect(reason).toMatch(/no device node \/dev\/dri/);
  });
});

describe('probes', () => {
  const gpuPackage = installed('@tensorflow/tfjs-node-gpu');
  it.skipIf(!gpuPackage || nativeAddon(gpuPackage))('survive a package that does not load', async () => {
    const { works, reason } = await probeTfjsNodeGpu();
    expect(works).toBe(false);
    expect(reason).toMatch(/code 1: Error: .*tfjs_binding\.node/);
  });

  it('see through a broken driver', async () => {
    const { works, reason } = await probeWebgpu({ VK_ICD_FILENAMES: '/absent.json', VK_DRIVER_FILES: '/absent.json' });
    expect(works).toBe(false);
    expect(reason).toMatch(/adapter/);
  });

  const environment = softwareGpuEnvironment();
  if (!environment)
    console.warn('SKIPPED: no SwiftShader or no Vulkan loader here (Debian: apt-get install chromium libvulkan1)');

  it.skipIf(!environment)('run WebGPU on SwiftShader, and recognise it by its library', async () => {
    expect(existsSync(environment!.VK_ICD_FILENAMES)).toBe(true);
    const { works, libraries } = await probeWebgpu(environment);
    expect(works).toBe(true);
    expect(libraries!.some(isSoftwareAdapter)).toBe(true);
  });
});
