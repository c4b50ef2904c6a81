import { duration } from './format';

export interface Progress {
  start(id: string): void;
  /** `seconds`: what the claim took. */
  finish(id: string, seconds?: number): void;
  clear(): void;
}

/** Tells on `stream` what is being measured and how long the rest will take: one line that rewrites itself on a terminal. */
export function progress(
  expected: Readonly<Record<string, number>>,
  stream: { write(text: string): unknown; isTTY?: boolean } = process.stderr,
): Progress {
  const left = new Set(Object.keys(expected));
  const total = left.size;
  // Starts as if ten seconds had gone as planned, so that the first quick claim does not set the pace alone.
  let [planned, spent] = [10, 10];
  const clear = () => {
    if (stream.isTTY) stream.write('\r\x1b[K');
  };
  return {
    start(id) {
      const rest = [...left].reduce((sum, name) => sum + expected[name]!, 0);
      // What finished claims took against what they were expected to take tells how fast this machine is.
      const line = `measuring ${id} (${total - left.size + 1} of ${total}), about ${duration((rest * spent) / planned)} left`;
      stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
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
