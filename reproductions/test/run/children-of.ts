import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Processes that a process has started, where the system tells. */
export function childrenOf(pid: number): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => {
      const file = join('/proc', name, 'stat');
      // "pid (name) state parent …", and the name may hold blanks and brackets; a process may be gone meanwhile
      const text = /^\d+$/.test(name) && existsSync(file) ? readOrNothing(file) : '';
      return text.slice(text.lastIndexOf(')') + 2).split(' ')[1] === String(pid);
    })
    .map(Number);
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export const isThere = (pid: number): boolean => existsSync(`/proc/${pid}`);
