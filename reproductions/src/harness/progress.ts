import { duration } from './format';

export interface Progress {
  start(id: string): void;
  /** Tells that this share (0 … 1) of the claim that was started is done; shown on a terminal only. */
  advance(id: string, share: number): void;
  /** `seconds`: what the claim took. */
  finish(id: string, seconds?: number): void;
  clear(): void;
}

/**
 * Tells on `stream` what is being measured and how long the rest will take: one line that rewrites itself on a terminal.
 *
 * @param now milliseconds
 */
export function progress(
  expected: Readonly<Record<string, number>>,
  stream: { write(text: string): unknown; isTTY?: boolean } = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const left = new Set(Object.keys(expected));
  const total = left.size;
  // Starts as if ten seconds had gone as planned, so that the first quick claim does not set the pace alone.
  let [planned, spent] = [10, 10];
  let started = 0;
  const clear = () => {
    if (stream.isTTY) stream.write('\r\x1b[K');
  };
  const tell = (id: string, share: number) => {
    // What finished claims took against what they were expected to take tells how fast this machine is.
    const pace = spent / planned;
    const others = [...left].reduce((sum, name) => sum + (name === id ? 0 : expected[name]!), 0) * pace;
    const gone = (now() - started) / 1000;
    // A claim that tells how far it is sets its own pace, the more so the further it is.
    const own = (1 - share) * (gone + (1 - share) * expected[id]! * pace);
    const percent = share > 0 ? ` ${Math.floor(100 * share)} %` : '';
    const line = `measuring ${id}${percent} (${total - left.size + 1} of ${total}), about ${duration(others + own)} left`;
    stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  };
  return {
    start(id) {
      started = now();
      tell(id, 0);
    },
    advance(id, share) {
      if (stream.isTTY && left.has(id)) tell(id, share);
    },
    finish(id, seconds) {
      if (left.delete(id) && seconds !== undefined) {
        planned += expected[id]!;
        spent += seconds;
      }
      clear();
    },
    clear,
  };
}
