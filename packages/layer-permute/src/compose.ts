import { type Order, orderOf } from './order';

/**
 * `order` with its slots rearranged: slot s runs what stood in slot `rearrangement[s]`. So `compose(order, swap(n, i, j))`
 * swaps two slots, and `compose(swap(n, i, j), order)` swaps two layers wherever they stand. Composition is associative, and
 * the permutations of n layers are a group under it.
 * @throws when the rearrangement is for another number of slots than the order has.
 */
export function compose(order: Order, rearrangement: Order): Order {
  if (rearrangement.layers !== order.length)
    throw new Error(`The order has ${order.length} slots; the rearrangement is of ${rearrangement.layers}.`);
  return orderOf(
    rearrangement.map((slot) => order[slot]),
    order.layers,
  );
}

/**
 * The permutation that undoes this one: composed with it, in either order, it gives the identity.
 * @throws when a layer is left out or repeated.
 */
export function inverse(order: Order): Order {
  if (!isPermutation(order)) throw new Error(`[${order.join(', ')}] has no inverse: ${whyNot(order)}.`);
  const back: number[] = Array(order.length);
  for (const [slot, layer] of order.entries()) back[layer] = slot;
  return orderOf(back, order.layers);
}

/** Whether every layer runs exactly once. */
export const isPermutation = (order: Order): boolean =>
  order.length === order.layers && new Set(order).size === order.length;

/** How many slots run their own layer. */
export const fixedPoints = (order: Order): number => order.filter((layer, slot) => layer === slot).length;

function whyNot(order: Order): string {
  const missing = [...Array(order.layers).keys()].find((layer) => !order.includes(layer));
  if (missing !== undefined) return `layer ${missing} does not run`;
  return `layer ${order.find((layer, slot) => order.indexOf(layer) < slot)} runs more than once`;
}
