import { duration } from '@interlayer/training';
import type { Cost } from './lanes';
import type { ProgressEvent } from './run-context';

interface Spending {
  seconds: number;
  materials: Readonly<Record<string, { seconds: number }>>;
}

export interface Progress {
  start(key: string): void;
  /** Tells how much of a material is made; shown on a terminal only. */
  advance(event: ProgressEvent): void;
  /** What the claim and the materials made for it took. */
  finish(key: string, cost?: Spending): void;
  clear(): void;
}

/**
 * Tells on `stream` what is being measured and how long the rest will take: one line that rewrites itself on a terminal.
 *
 * @param steps what the claims of each lane are expected to cost, by key; the lanes of a step run at the same time, the steps one after the other
 * @param now milliseconds
 */
export function progress(
  steps: readonly (readonly Readonly<Record<string, Cost>>[])[],
  stream: { write(text: string): unknown; isTTY?: boolean } = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const claims: Record<string, Cost> = Object.assign({}, ...steps.flat());
  const expected: Record<string, number> = {};
  for (const [key, { seconds, materials }] of Object.entries(claims))
    Object.assign(expected, { [key]: seconds }, materials);
  const left = new Set(Object.keys(expected));
  const total = Object.keys(claims).length;
  let finished = 0;
  // Starts as if ten seconds had gone as planned, so that the first quick claim does not set the pace alone.
  let [planned, spent] = [10, 10];
  const underWay = new Map<string, { started: number; share: number }>();
  const clear = () => {
    if (stream.isTTY) stream.write('\r\x1b[K');
  };
  const tell = (key: string, id: string, share: number) => {
    underWay.set(id, { started: underWay.get(id)?.started ?? now(), share });
    // What finished work took against what it was expected to take tells how fast this machine is.
    const pace = spent / planned;
    const restOf = (name: string) => {
      const asPlanned = left.has(name) ? expected[name]! * pace : 0;
      const work = underWay.get(name);
      if (!work) return asPlanned;
      // Work that tells how far it is sets its own pace, the more so the further it is.
      const gone = work.share > 0 ? (now() - work.started) / 1000 : 0;
      return (1 - work.share) * (gone + (1 - work.share) * asPlanned);
    };
    const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);
    const restOfLane = (lane: Readonly<Record<string, Cost>>) => {
      const claimsLeft = Object.keys(lane).filter((key) => left.has(key));
      const materialsLeft = claimsLeft.flatMap((key) => Object.keys(lane[key]!.materials));
      return sum([...new Set([...claimsLeft, ...materialsLeft])].map(restOf));
    };
    const rest = sum(steps.map((lanes) => Math.max(...lanes.map(restOfLane))));
    const part = id === key ? '' : `, ${id.slice(id.indexOf(': ') + 2)} ${Math.floor(100 * share)} %`;
    const line = `measuring ${key}${part} (${finished + 1} of ${total}), about ${duration(rest)} left`;
    stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  };
  const end = (id: string, seconds: number) => {
    underWay.delete(id);
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
