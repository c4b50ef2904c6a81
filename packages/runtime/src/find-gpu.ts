import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { graphicsCards } from './graphics-cards';
import { installed } from './installed';
import { probeWebgpu } from './probe';
import { isSoftwareAdapter } from './software-gpu';

/** What WebGPU would run on. */
export interface Gpu {
  /** `real`: graphics hardware; `software`: a driver that computes on the processor; `none`: WebGPU does not work here. */
  kind: 'real' | 'software' | 'none';
  /** The card or driver, as far as the system reports it. */
  name: string;
  /** For `none`: why, and what to do. */
  reason?: string;
}

let real: Promise<Gpu> | undefined;

/**
 * Looks for graphics hardware that onnxruntime's WebGPU provider can use; once per process.
 *
 * onnxruntime does not report which adapter it uses, so three things must hold: the system shows a GPU (on Linux a device node),
 * there is a driver for it whose name is not that of a software adapter, and one addition on the provider succeeds in a child
 * process that is shown the hardware drivers only. Where the first does not hold, nothing is run and the answer takes
 * no time; otherwise about half a second. Linux is tested; macOS (Metal) and Windows (Direct3D 12) are written from their
 * documentation and not tried.
 */
export function findRealGpu(): Promise<Gpu> {
  real ??= search();
  return real;
}

async function search(): Promise<Gpu> {
  const none = (reason: string): Gpu => ({ kind: 'none', name: 'none', reason });
  if (!installed('onnxruntime-node')) return none('onnxruntime-node is not installed (npm install onnxruntime-node)');
  const cards = graphicsCards();
  if (cards.length === 0) return none(noHardware[process.platform] ?? 'no GPU found');
  const env: Record<string, string> = {};
  if (process.platform === 'linux') {
    const drivers = vulkanDrivers().filter(({ library }) => !isSoftwareAdapter(library));
    if (drivers.length === 0)
      return none(
        `${cards.join(', ')} is there, but no Vulkan driver for it (install the vendor's or mesa-vulkan-drivers; in an NVIDIA container set NVIDIA_DRIVER_CAPABILITIES=all)`,
      );
    const files = drivers.map(({ manifest }) => manifest).join(':');
    Object.assign(env, { VK_ICD_FILENAMES: files, VK_DRIVER_FILES: files });
  }
  const { works, reason } = await probeWebgpu(env);
  return works
    ? { kind: 'real', name: cards.join(', ') }
    : none(`${cards.join(', ')} is there, but WebGPU does not work on it: ${brief(reason)}`);
}

/** What WebGPU would run on if it were named: whatever the Vulkan loader finds, software included. */
export async function findAnyGpu(): Promise<Gpu> {
  const gpu = await findRealGpu();
  if (gpu.kind === 'real' || !installed('onnxruntime-node')) return gpu;
  const { works, reason, libraries = [] } = await probeWebgpu();
  if (!works) {
    const why = /adapter/i.test(reason ?? '')
      ? 'onnxruntime found no adapter that WebGPU can use'
      : `onnxruntime could not use it: ${brief(reason)}`;
    return {
      kind: 'none',
      name: 'none',
      reason: `${why} (${gpu.reason}). It needs a graphics driver with Vulkan and the Vulkan loader (Debian: libvulkan1); for tests without a GPU see softwareGpuEnvironment()`,
    };
  }
  const driver = libraries.find(isSoftwareAdapter);
  if (!driver && graphicsCards().length > 0) return { kind: 'real', name: graphicsCards().join(', ') };
  const name = !driver ? 'unknown' : /swiftshader/i.test(driver) ? 'SwiftShader' : 'lavapipe';
  return { kind: 'software', name };
}

/** onnxruntime's errors begin with a path in its source. */
const brief = (reason = 'no reason given'): string => reason.split(' was false. ').at(-1)!.trim().slice(0, 300);

const noHardware: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'no GPU (no device node /dev/dri/renderD*, /dev/nvidia0 or /dev/dxg)',
  win32: 'no GPU among the video controllers that Windows lists',
};

/** The Vulkan drivers that the loader would find: those of the environment variables, or those in the usual folders. */
function vulkanDrivers(): { manifest: string; library: string }[] {
  const configured = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  const folders = [
    join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'vulkan/icd.d'),
    '/etc/xdg/vulkan/icd.d',
    '/etc/vulkan/icd.d',
    join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'vulkan/icd.d'),
    '/usr/local/share/vulkan/icd.d',
    '/usr/share/vulkan/icd.d',
  ];
  const files = configured?.split(':') ?? folders.flatMap((folder) => list(folder).map((file) => join(folder, file)));
  return files
    .filter((file) => file.endsWith('.json'))
    .flatMap((manifest) => {
      const library = /"library_path"\s*:\s*"([^"]+)"/.exec(read(manifest))?.[1];
      return library ? [{ manifest, library }] : [];
    });
}

const list = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
