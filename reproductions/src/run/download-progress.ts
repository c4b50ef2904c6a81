import { duration } from '@interlayer/training';

/** Milliseconds between two lines: rewritten on a terminal, new ones elsewhere. */
const EVERY = { terminal: 100, elsewhere: 10_000 };

const MB = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

/**
 * Tells on `stream` how much of a download is here and how long the rest will take.
 *
 * @param now milliseconds
 */
export function downloadProgress(
  what: string,
  stream: { write(text: string): unknown; isTTY?: boolean } = process.stderr,
  now: () => number = () => performance.now(),
) {
  let began: { at: number; bytes: number; total: number } | undefined;
  let told = Number.NEGATIVE_INFINITY;
  return {
    tell({ file, bytes, total }: { file: string; bytes: number; total: number }): void {
      // What an earlier run left does not count for the speed; nor does what came before another list of files.
      if (began?.total !== total || bytes < began.bytes) began = { at: now(), bytes, total };
      if (bytes < total && now() - told < (stream.isTTY ? EVERY.terminal : EVERY.elsewhere)) return;
      told = now();
      const speed = (bytes - began.bytes) / (now() - began.at);
      const left = speed > 0 ? `, about ${duration((total - bytes) / speed / 1000)} left` : '';
      const line = `downloading ${what} ${file} ${Math.floor((100 * bytes) / total)} % of ${MB(total)} MB${left}`;
      stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    clear(): void {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}
