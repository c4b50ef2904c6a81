import { duration } from './format';

export interface Progress {
  start(id: string): void;
  finish(id: string): void;
  clear(): void;
}

/** Tells on `stream` what is being measured and how long the rest will take: one line that rewrites itself on a terminal. */
export function progress(
  expected: Readonly<Record<string, number>>,
  stream: { write(text: string): unknown; isTTY?: boolean } = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const left = new Set(Object.keys(expected));
  const total = left.size;
  let [planned, spent, began] = [0, 0, now()];
  const clear = () => {
    if (stream.isTTY) stream.write('\r\x1b[K');
  };
  return {
    start(id) {
      began = now();
      const rest = [...left].reduce((sum, name) => sum + expected[name]!, 0);
      // What finished claims took against what they were expected to take tells how fast this machine is.
      const pace = planned > 0 ? spent / planned : 1;
      const line = `measuring ${id} (${total - left.size + 1} of ${total}), about ${duration(rest * pace)} left`;
      stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    finish(id) {
      if (!left.delete(id)) return;
      planned += expected[id]!;
      spent += (now() - began) / 1000;
      clear();
    },
    clear,
  };
}
