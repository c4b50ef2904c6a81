import { type Order, orderOf, requireDistinct } from './order';

/**
 * The order without these *layers*, wherever and however often they run; the layers after them move up.
 *
 * Nothing of a layer runs then, its LayerNorms included. To silence only its branches, zero the weights of their output
 * projections: in a post-LN model these two interventions differ.
 * @throws when one of them does not run in this order, or is listed twice.
 */
export function remove(order: Order, layers: readonly number[]): Order {
  requireDistinct('layers', layers, order.layers, 'a layer');
  for (const layer of layers)
    if (!order.includes(layer)) throw new Error(`Layer ${layer} cannot be removed: it does not run in this order.`);
  return orderOf(
    order.filter((layer) => !layers.includes(layer)),
    order.layers,
  );
}

/**
 * The order without what runs in these *slots*, whichever layers that are; the layers after them move up. On the identity it
 * is the same as {@link remove}.
 * @throws when the order has no such slot, or it is listed twice.
 */
export function skip(order: Order, slots: readonly number[]): Order {
  requireDistinct('slots', slots, order.length, 'a slot');
  return orderOf(
    order.filter((_, slot) => !slots.includes(slot)),
    order.layers,
  );
}
