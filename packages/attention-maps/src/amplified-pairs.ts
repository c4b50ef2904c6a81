import type { Matrix } from '@interlayer/linalg';
import { type CellOptions, cellsByTarget, requireMaps } from './cells';

export interface AmplifiedPairsOptions extends CellOptions {
  /** At most this many pairs: a positive integer. Default: all. */
  k?: number;
  /** `most`: those whose contribution grows most; `least`: those whose contribution shrinks most. Default `most`. */
  side?: 'most' | 'least';
  /**
   * What is scaled to sum to 1 before subtracting: each target's contributions over the cells that count, each source's, or
   * nothing. All-zero ones stay zero. Default `target`.
   */
  scale?: 'target' | 'source' | 'none';
}

export interface AmplifiedPair {
  target: number;
  source: number;
  /** After minus before, in the scaled maps. */
  change: number;
}

/**
 * The pairs of tokens that a part of a layer amplifies (FF-amp of Kobayashi et al. 2024): the largest positive differences
 * between the maps after and before it; with `side: 'least'` the largest negative ones. Equal ones in order of target, then source.
 * Subtraction favours cells that were large anyway: report both sides.
 *
 * @param before map: [n, n]
 * @param after map: [n, n]
 * @throws when a map is not square or not finite, the two differ in size, or k is not a positive integer.
 */
export function amplifiedPairs(
  before: Matrix,
  after: Matrix,
  { k, side = 'most', scale = 'target', ...options }: AmplifiedPairsOptions = {},
): AmplifiedPair[] {
  requireMaps(before, after);
  if (k !== undefined && (!Number.isSafeInteger(k) || k < 1))
    throw new Error(`k is ${k}; it must be a positive integer, or absent for all pairs.`);
  const n = before.rows;
  const cells = cellsByTarget(n, options).flat();
  const [scaledBefore, scaledAfter] = [before, after].map((map) => scaled(map, cells, scale));
  const sign = side === 'most' ? 1 : -1;
  return cells
    .map((cell) => ({
      target: Math.floor(cell / n),
      source: cell % n,
      change: scaledAfter[cell] - scaledBefore[cell],
    }))
    .filter(({ change }) => sign * change > 0)
    .sort((a, b) => sign * (b.change - a.change))
    .slice(0, k);
}

function scaled(
  { rows: n, data }: Matrix,
  cells: readonly number[],
  scale: NonNullable<AmplifiedPairsOptions['scale']>,
): Float64Array {
  const values = new Float64Array(data);
  if (scale === 'none') return values;
  const group = (cell: number) => (scale === 'target' ? Math.floor(cell / n) : cell % n);
  const sums = new Float64Array(n);
  for (const cell of cells) sums[group(cell)] += values[cell];
  for (const cell of cells) if (sums[group(cell)] !== 0) values[cell] /= sums[group(cell)];
  return values;
}
