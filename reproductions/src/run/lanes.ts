import { availableParallelism, freemem } from 'node:os';
import { withUsed } from '../materials/material';
import type { Accepted } from './accepted';
import type { Options } from './options';
import type { Pair } from './plan';

/** Pairs that one process measures, one after the other. */
export interface Lane {
  pairs: Pair[];
  /** Threads of its backend. */
  threads: number;
  /** Pairs of other lanes with whose materials it helps when its own are measured. */
  helps?: Pair[];
}

/** Seconds that a pair is expected to take, and the materials that it is measured on. */
export interface Cost {
  seconds: number;
  /** By subject and name: `mini-gpt: triggers (trained)`. */
  materials: Readonly<Record<string, number>>;
}

type Machine = Record<'cores' | 'megabytes', number>;

/** Backends that have the machine's graphics card, and all of its memory, to themselves. */
const ON_CARD: readonly string[] = ['webgpu', 'cuda', 'tfjs-node-gpu'];

/** Seconds from which making a material twice costs more than measuring side by side gains. */
const COSTLY = 10;

/** Megabytes of a process that measures, before it has made anything. */
const EMPTY = 500;

const here = (): Machine => ({
  cores: availableParallelism(),
  // Node before 20.13 counts no limits of containers, nor the room that caches would make.
  megabytes: (process.availableMemory?.() ?? freemem()) / 2 ** 20,
});

/**
 * Whether a pair is measured beside no other: times need a quiet machine, a checkpoint can be as large as the memory, and what
 * is derived from other claims waits for their verdicts.
 */
const isAlone = ({ claim: { record }, scale }: Pair, { model, backend = '' }: Pick<Options, 'model' | 'backend'>) =>
  model !== undefined ||
  ON_CARD.includes(backend) ||
  scale === 'checkpoint' ||
  scale === 'paper' ||
  record.timed === true ||
  record.kind === 'derivedFrom';

/**
 * Threads of the backend that measures a pair: all cores where it is alone, otherwise one, however many lanes there are, so
 * that neither they nor the other claims of a run change a number.
 */
export const threadsOf = (pair: Pair, options: Options, { cores } = here()): number =>
  options.threads ?? (isAlone(pair, options) ? cores : 1);

/**
 * Shares pairs out among processes: all lanes of one step run at the same time, the steps one after the other. Pairs that share
 * a costly material share the lane; what is alone comes last, in one lane. A lane that is done helps with what others make.
 *
 * @param pairs in the order in which they are to be measured
 * @param accepted what is known of the costs, by subject
 */
export function planLanes(
  pairs: readonly Pair[],
  options: Options,
  accepted: (subject: string) => Accepted,
  machine: Machine = here(),
): Lane[][] {
  const [alone, beside] = [true, false].map((wanted) => pairs.filter((pair) => isAlone(pair, options) === wanted)) as [
    Pair[],
    Pair[],
  ];
  const costs = new Map(beside.map((pair) => [pair, costOf(pair, accepted)]));
  const groups = sharersOf(costs)
    .map((group) => ({ pairs: group, seconds: secondsOf(group.map((pair) => costs.get(pair)!)) }))
    .sort((a, b) => b.seconds - a.seconds);
  const count = Math.min(groups.length, laneCount(beside, options, machine));
  const lanes = Array.from({ length: count }, () => ({ pairs: new Set<Pair>(), seconds: 0 }));
  for (const group of groups) {
    const emptiest = lanes.reduce((least, lane) => (lane.seconds < least.seconds ? lane : least));
    for (const pair of group.pairs) emptiest.pairs.add(pair);
    emptiest.seconds += group.seconds;
  }
  const helped = beside.filter(({ claim }) => withUsed(claim.material).some(({ help }) => help));
  const laneOf = (some: readonly Pair[], step: readonly Pair[]): Lane => {
    const helps = helped.filter((pair) => step.includes(pair) && !some.includes(pair));
    return {
      pairs: [...some],
      threads: threadsOf(some[0]!, options, machine),
      ...(helps.length ? { helps } : {}),
    };
  };
  return [
    lanes.map((lane) =>
      laneOf(
        pairs.filter((pair) => lane.pairs.has(pair)),
        beside,
      ),
    ),
    alone.length ? [laneOf(alone, alone)] : [],
  ].filter((step) => step.length > 0);
}

/**
 * As many lanes as were asked for, or else as the cores have room for, and the memory: each lane may take what the largest
 * claim or material is planned to.
 */
function laneCount(pairs: readonly Pair[], { threads = 1, lanes }: Options, { cores, megabytes }: Machine): number {
  const largest = Math.max(
    ...pairs.flatMap(({ claim: { record, material } }) =>
      [record, ...withUsed(material)].map(({ budget }) => budget?.megabytes ?? 0),
    ),
  );
  return lanes ?? Math.max(1, Math.min(Math.floor(cores / threads), Math.floor(megabytes / (largest + EMPTY))));
}

/** Groups of pairs, no two of which share a costly material. */
function sharersOf(costs: ReadonlyMap<Pair, Cost>): Pair[][] {
  let groups: { pairs: Pair[]; costly: string[] }[] = [];
  for (const [pair, { materials }] of costs) {
    const costly = Object.keys(materials).filter((name) => materials[name]! >= COSTLY);
    const sharers = groups.filter((group) => group.costly.some((name) => costly.includes(name)));
    const joined = {
      pairs: [...sharers.flatMap((group) => group.pairs), pair],
      costly: [...sharers.flatMap((group) => group.costly), ...costly],
    };
    groups = [...groups.filter((group) => !sharers.includes(group)), joined];
  }
  return groups.map((group) => group.pairs);
}

/** What a pair is expected to cost: as accepted, or else as planned. */
export function costOf(
  { subjectId, claim: { record, material } }: Pair,
  accepted: (subject: string) => Accepted,
): Cost {
  const { claims, materials } = accepted(subjectId);
  const before = claims[record.id];
  if (before?.verdict === 'not run') return { seconds: before.seconds, materials: {} };
  const known = Object.entries(materials);
  const used = withUsed(material).flatMap(({ name, budget }): [name: string, seconds: number][] => {
    const made = known.filter(([key]) => key.replace(/ \(\w+\)$/, '') === name);
    return made.length ? made : [[`${name} (trained)`, budget?.seconds ?? 0]];
  });
  return {
    seconds: before?.seconds ?? record.budget.seconds,
    materials: Object.fromEntries(used.map(([name, seconds]) => [`${subjectId}: ${name}`, seconds])),
  };
}

/** Seconds of all together; a material that several of them use is made once. */
function secondsOf(costs: readonly Cost[]): number {
  const materials: Cost['materials'] = Object.assign({}, ...costs.map((cost) => cost.materials));
  return [...costs.map(({ seconds }) => seconds), ...Object.values(materials)].reduce((sum, each) => sum + each, 0);
}
