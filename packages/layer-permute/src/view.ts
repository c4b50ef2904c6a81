import type { Order } from './order';

/** One slot of a re-ordered stack. `{ slot, sourceLayer }` is what a hook's tap takes as its place. */
export interface Placed<Layer> {
  /** The very layer that was given: nothing is copied. */
  readonly layer: Layer;
  /** Where it runs. */
  readonly slot: number;
  /** Its index among the layers. */
  readonly sourceLayer: number;
}

/**
 * The layers in this order, slot by slot, as a view of the ones given: weights, functions, or anything else.
 * @throws when the order is for another number of layers.
 */
export function viewLayers<Layer>(layers: readonly Layer[], order: Order): readonly Placed<Layer>[] {
  requireFit(order, layers.length);
  return order.map((sourceLayer, slot) => ({ layer: layers[sourceLayer], slot, sourceLayer }));
}

/** @throws when the order is not for that many layers. */
export function requireFit(order: Order, layers: number, name = 'The order'): void {
  if (order.layers === layers) return;
  const is = order.layers === undefined ? 'a plain list' : `for ${order.layers} layers`;
  throw new Error(`${name} is ${is}, and there are ${layers} layers; make one with orderOf(list, ${layers}).`);
}
