import { identity, type Order, orderOf, requireDistinct } from './order';

/**
 * The layers in reverse order.
 * @param slots reverses the layers in these slots only, the others stay; all unless given. Their order does not matter.
 * @throws when a slot is not one of 0 … layers − 1, or is listed twice.
 */
export function reverse(layers: number, slots?: readonly number[]): Order {
  const order = [...identity(layers)];
  requireDistinct('slots', slots ?? [], layers, 'a slot');
  const places = slots?.toSorted((a, b) => a - b) ?? [...order];
  for (const [k, slot] of places.entries()) order[slot] = places[places.length - 1 - k];
  return orderOf(order, layers);
}
