import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The peak memory in MB that a script prints as the last line of its output. */
export function peakMemoryOf(script: URL, args: readonly string[]): number {
  const path = fileURLToPath(script);
  const { stdout, stderr, status } = spawnSync(process.execPath, [...process.execArgv, path, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`measuring the peak memory by ${path} failed: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1));
}

/** The largest memory of this process so far, in MB. */
// Linux and macOS report kibibytes through Node.
export const peakMemoryMB = (): number => Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
