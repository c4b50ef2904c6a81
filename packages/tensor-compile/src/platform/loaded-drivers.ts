import { existsSync, readFileSync } from 'node:fs';

/** Names of Vulkan drivers: libvulkan_radeon.so, libvk_swiftshader.so, libGLX_nvidia.so.0. */
const DRIVER = /\/((?:libvulkan_|libvk_|libGLX_nvidia)[^/\s]*\.so[^/\s]*)/g;

/** The Vulkan drivers that this process has loaded (Linux); onnxruntime-node does not say which adapter it uses. */
export function loadedDrivers(): string {
  const maps = '/proc/self/maps';
  const found = existsSync(maps) ? readFileSync(maps, 'utf8').matchAll(DRIVER) : [];
  const names = [...new Set(Array.from(found, ([, name]) => name!))];
  if (names.length === 0) return 'chosen by onnxruntime';
  return `driver ${names.join(', ')}`;
}
