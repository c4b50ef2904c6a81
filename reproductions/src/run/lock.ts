import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './usage-error';

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else may not be signalled, but runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Keeps other runs out of an output folder: two would write each other's files. What a killed run has left behind counts for
 * nothing.
 *
 * @returns what lets them in again
 * @throws UsageError while another run writes there
 */
export function lock(out: string): () => void {
  const file = join(out, 'work', 'run.pid');
  const take = () => writeFileSync(file, String(process.pid), { flag: 'wx' });
  try {
    take();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0 && isRunning(pid))
      throw new UsageError(
        `--out: another run, process ${pid}, writes to ${out}; wait for it or give another folder. If that process is no run, remove ${file}.`,
      );
    rmSync(file, { force: true });
    take();
  }
  return () => rmSync(file, { force: true });
}
