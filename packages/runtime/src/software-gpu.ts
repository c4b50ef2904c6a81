import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { canLoad } from './shared-library';

/** Names by which adapters that compute on the processor give themselves away. */
const SOFTWARE =
  /swiftshader|llvmpipe|lavapipe|softpipe|swrast|libvulkan_lvp|lvp_icd|basic render|basic display|\bwarp\b|software/i;

/** Whether a graphics adapter, or the file name of its driver, is known to compute on the processor. */
export const isSoftwareAdapter = (name: string): boolean => SOFTWARE.test(basename(name));

/** The environment that makes onnxruntime's WebGPU provider run on SwiftShader. */
export interface SoftwareGpuEnvironment {
  VK_ICD_FILENAMES: string;
  VK_DRIVER_FILES: string;
  XDG_RUNTIME_DIR: string;
  [name: string]: string;
}

/**
 * Finds SwiftShader, the software Vulkan driver that comes with Chromium and Chrome, so that everything written for a GPU
 * can be checked without one (correct, and hundreds of times slower than the processor).
 *
 * Merge the result into `process.env` before the first use of WebGPU in the process, or give it to a child process.
 *
 * @returns undefined where SwiftShader or, on Linux, the Vulkan loader is missing (Debian and Ubuntu: `apt-get install
 * chromium libvulkan1`).
 */
export function softwareGpuEnvironment(): SoftwareGpuEnvironment | undefined {
  const driver = manifests().find((file) => existsSync(file));
  if (!driver || (process.platform === 'linux' && !canLoad('libvulkan.so.1'))) return undefined;
  return { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, XDG_RUNTIME_DIR: privateFolder() };
}

function manifests(): string[] {
  const playwright = join(homedir(), '.cache', 'ms-playwright');
  const downloaded = existsSync(playwright)
    ? readdirSync(playwright).flatMap((version) =>
        ['chrome-linux', 'chrome-linux64'].map((folder) => join(playwright, version, folder)),
      )
    : [];
  return [
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/usr/lib64/chromium-browser',
    '/opt/google/chrome',
    '/opt/chromium.org/chromium',
    ...downloaded,
  ].map((folder) => join(folder, 'vk_swiftshader_icd.json'));
}

/** Mesa's device selection layer complains without a runtime folder that is the user's own. */
function privateFolder(): string {
  const { uid } = userInfo();
  const given = process.env.XDG_RUNTIME_DIR;
  if (given && existsSync(given) && statSync(given).uid === uid) return given;
  const folder = join(tmpdir(), `interlayer-runtime-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
