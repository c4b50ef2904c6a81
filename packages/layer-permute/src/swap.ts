import { identity, type Order, orderOf, requireIndex } from './order';

/**
 * Layers i and j in each other's slot.
 * @throws when i or j is not the index of a layer, or they are the same.
 */
export function swap(layers: number, i: number, j: number): Order {
  const order = [...identity(layers)];
  requireIndex('i', i, layers, 'a layer');
  requireIndex('j', j, layers, 'a layer');
  if (i === j) throw new Error(`Layer ${i} cannot be swapped with itself; identity(${layers}) leaves all as they are.`);
  [order[i], order[j]] = [j, i];
  return orderOf(order, layers);
}

/** A swap, and how far apart the two layers are. */
export interface Swap {
  readonly order: Order;
  readonly i: number;
  readonly j: number;
  /** j − i, from 1 to layers − 1. */
  readonly distance: number;
}

/** All swaps of two layers, i < j: the nearest first, those of one distance by i. There are layers · (layers − 1) / 2. */
export function swaps(layers: number): Swap[] {
  return identity(layers)
    .slice(1)
    .flatMap((distance) =>
      Array.from({ length: layers - distance }, (_, i) => {
        const j = i + distance;
        return { order: swap(layers, i, j), i, j, distance };
      }),
    );
}
