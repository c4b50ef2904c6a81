import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSoftwareAdapter } from './software-gpu';

/** The graphics cards that the system shows, by name. */
export function graphicsCards(): string[] {
  if (process.platform === 'darwin') return ['Metal GPU'];
  if (process.platform === 'win32') return windowsControllers().filter((name) => !isSoftwareAdapter(name));
  if (process.platform !== 'linux') return [];
  return [...nvidiaCards(), ...renderNodes(), ...(existsSync('/dev/dxg') ? ['a GPU of the Windows host'] : [])];
}

/** NVIDIA's cards: the ones that CUDA can use. */
export function nvidiaCards(): string[] {
  const nodes = list('/dev').filter((node) => /^nvidia\d+$/.test(node));
  if (nodes.length === 0) return [];
  const folder = '/proc/driver/nvidia/gpus';
  const names = list(folder).map((card) => /^Model:\s*(.+)$/m.exec(read(join(folder, card, 'information')))?.[1]);
  return names.length > 0 ? names.map((name) => name ?? 'an NVIDIA GPU') : ['an NVIDIA GPU'];
}

/** Cards of the other vendors; drivers that only paint frames have no render node or are listed here. */
function renderNodes(): string[] {
  const displays = new Set([
    'nvidia',
    'nvidia-drm',
    'vgem',
    'vkms',
    'ast',
    'bochs',
    'bochs-drm',
    'cirrus',
    'simpledrm',
  ]);
  return list('/dev/dri')
    .filter((node) => node.startsWith('renderD'))
    .flatMap((node) => {
      const uevent = read(`/sys/class/drm/${node}/device/uevent`);
      const driver = /^DRIVER=(.+)$/m.exec(uevent)?.[1] ?? 'unknown';
      const id = /^PCI_ID=(.+)$/m.exec(uevent)?.[1];
      return displays.has(driver) ? [] : [`${driver} GPU${id ? ` ${id}` : ''}`];
    });
}

function windowsControllers(): string[] {
  try {
    const command = '(Get-CimInstance Win32_VideoController).Name';
    return execFileSync('powershell', ['-NoProfile', '-Command', command], { encoding: 'utf8', timeout: 10_000 })
      .split(/\r?\n/)
      .filter(Boolean);
  } catch {
    return [];
  }
}

const list = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
