import { duration } from '@interlayer/training';
import type { ProgressEvent } from './run-context';

interface Cost {
  seconds: number;
  materials: Readonly<Record<string, { seconds: number }>>;
}

export interface Progress {
  start(key: string): void;
  /** Tells how much of a material is made; shown on a terminal only. */
  advance(event: ProgressEvent): void;
  /** What the claim and the materials made for it took. */
  finish(key: string, cost?: Cost): void;
  clear(): void;
}

/**
 * Tells on `stream` what is being measured and how long the rest will take: one line that rewrites itself on a terminal.
 *
 * @param claims seconds that each claim is expected to take, by key
 * @param materials the same for the materials that they share, by subject and name
 * @param now milliseconds
 */
export function progress(
  claims: Readonly<Record<string, number>>,
  materials: Readonly<Record<string, number>> = {},
  stream: { write(text: string): unknown; isTTY?: boolean } = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const expected: Record<string, number> = { ...claims, ...materials };
  const left = new Set(Object.keys(expected));
  const total = Object.keys(claims).length;
  let finished = 0;
  // Starts as if ten seconds had gone as planned, so that the first quick claim does not set the pace alone.
  let [planned, spent] = [10, 10];
  let current = { id: '', started: 0 };
  const clear = () => {
    if (stream.isTTY) stream.write('\r\x1b[K');
  };
  const tell = (key: string, id: string, share: number) => {
    if (current.id !== id) current = { id, started: now() };
    // What finished work took against what it was expected to take tells how fast this machine is.
    const pace = spent / planned;
    const others = [...left].reduce((sum, name) => sum + (name === id ? 0 : expected[name]!), 0) * pace;
    const gone = (now() - current.started) / 1000;
    // Work that tells how far it is sets its own pace, the more so the further it is.
    const rest = (1 - share) * (gone + (1 - share) * (expected[id] ?? 0) * pace);
    const part = id === key ? '' : `, ${id.slice(id.indexOf(': ') + 2)} ${Math.floor(100 * share)} %`;
    const line = `measuring ${key}${part} (${finished + 1} of ${total}), about ${duration(others + rest)} left`;
    stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  };
  const end = (id: string, seconds: number) => {
    if (!left.delete(id)) return;
    planned += expected[id]!;
    spent += seconds;
  };
  return {
    start: (key) => tell(key, key, 0),
    advance({ key, material, share }) {
      if (stream.isTTY) tell(key, material, share);
    },
    finish(key, cost) {
      finished++;
      const subject = key.slice(0, key.indexOf('/'));
      for (const [name, { seconds }] of Object.entries(cost?.materials ?? {})) end(`${subject}: ${name}`, seconds);
      if (cost) end(key, cost.seconds);
      else left.delete(key);
      clear();
    },
    clear,
  };
}
