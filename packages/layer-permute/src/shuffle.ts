import { randomIndex, shuffled } from '@interlayer/stats';
import { fixedPoints } from './compose';
import { identity, type Order, orderOf, requireCount, requireDistinct } from './order';

/** How many slots keep their own layer, counted among those that are shuffled. At least 0, any permutation, unless given. */
type FixedPoints = { exactly: number; atLeast?: never } | { exactly?: never; atLeast?: number };

export type ShuffleOptions = FixedPoints & {
  /** A 32-bit integer; the same seed gives the same orders. */
  seed: number;
  /** Shuffles the layers in these slots only, the others stay; all unless given. */
  among?: readonly number[];
};

/**
 * A random permutation of the layers with `exactly` or `atLeast` so many fixed points, each as likely as any other.
 * @throws when no permutation has that many: more fixed points than slots, or exactly one fewer.
 */
export const shuffle = (layers: number, options: ShuffleOptions): Order => sampler(layers, options).draw();

/**
 * `count` different permutations, in random order, of the kind that {@link shuffle} draws; all of them where there are no
 * more than that. With `exactly: layers − 2` these are the swaps.
 * @throws as {@link shuffle}, and when `count` is not a whole number of at least 1.
 */
export function shuffles(layers: number, { count, ...options }: ShuffleOptions & { count: number }): Order[] {
  requireCount('count', count, 1);
  const { draw, total } = sampler(layers, options as ShuffleOptions);
  const orders = new Map<string, Order>();
  while (orders.size < Math.min(count, total)) {
    const order = draw();
    orders.set(String(order), order);
  }
  return [...orders.values()];
}

/** Draws permutations, and knows how many there are. */
function sampler(layers: number, options: ShuffleOptions): { draw(): Order; total: number } {
  const all = identity(layers);
  const { seed, among = all, exactly, atLeast } = options;
  requireDistinct('among', among, layers, 'a slot');
  if (exactly !== undefined && atLeast !== undefined)
    throw new Error(`There are exactly ${exactly} fixed points or at least ${atLeast}; give one of the two.`);
  const [n, k] = [among.length, exactly ?? atLeast ?? 0];
  requireCount(exactly === undefined ? 'atLeast' : 'exactly', k, 0);
  if (k > n) throw new Error(`${n} layers cannot have ${k} fixed points; give at most ${n}.`);
  if (exactly === n - 1)
    throw new Error(`A permutation cannot keep exactly ${n - 1} of ${n} layers: the last one has nowhere else to go.`);

  const random = randomIndex(seed);
  const outside = layers - n;
  const draw = (): Order => {
    while (true) {
      // k random slots stay and the others are shuffled. A permutation with m ≥ k fixed points arises in choose(m, k) ways,
      // so one in that many is accepted.
      const moving = shuffled(among, random).slice(k);
      const order = [...all];
      for (const [i, layer] of shuffled(moving, random).entries()) order[moving[i]] = layer;
      const permutation = orderOf(order, layers);
      const m = fixedPoints(permutation) - outside;
      if (exactly === undefined ? random(choose(m, k)) === 0 : m === k) return permutation;
    }
  };
  const total = sumTo(exactly ?? n, k, (m) => choose(n, m) * derangements(n - m));
  return { draw, total };
}

const sumTo = (last: number, first: number, term: (m: number) => number): number =>
  Array.from({ length: last - first + 1 }, (_, i) => term(first + i)).reduce((sum, each) => sum + each, 0);

/** The number of ways to choose k of n. */
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

/** The number of permutations of n items without a fixed point. */
const derangements = (n: number): number => (n === 0 ? 1 : n * derangements(n - 1) + (n % 2 === 0 ? 1 : -1));
