/**
 * The layer that runs in each slot of a stack: `order[slot]` is the index of a layer. Layers may be permuted, repeated or
 * left out. It is a frozen array, so it goes wherever a list of layers is expected; JSON keeps the list but not `layers`.
 */
export interface Order extends ReadonlyArray<number> {
  /** The number of layers that there are to choose from. Not enumerable. */
  readonly layers: number;
}

/**
 * Makes an order from a list.
 * @param sequence the layer of each slot, of any length: indices 0 … layers − 1, which may repeat
 * @throws when `layers` is not a whole number of at least 1, or an entry is not the index of a layer.
 */
export function orderOf(sequence: readonly number[], layers: number): Order {
  requireCount('layers', layers, 1);
  for (const [slot, layer] of sequence.entries()) requireIndex(`order[${slot}]`, layer, layers, 'a layer');
  return Object.freeze(Object.defineProperty([...sequence], 'layers', { value: layers })) as unknown as Order;
}

/** Every layer once, in its own slot. */
export function identity(layers: number): Order {
  requireCount('layers', layers, 1);
  return orderOf([...Array(layers).keys()], layers);
}

/** @throws unless `value` is a whole number of at least `least`. */
export function requireCount(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${name} is ${value}; give a whole number of at least ${least}.`);
}

/** @throws unless `value` is one of 0 … count − 1. */
export function requireIndex(name: string, value: number, count: number, what: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= count)
    throw new Error(`${name} is ${value}; it must be the index of ${what}, 0 to ${count - 1}.`);
}

/** @throws unless `values` are distinct indices 0 … count − 1. */
export function requireDistinct(name: string, values: readonly number[], count: number, what: string): void {
  for (const [i, value] of values.entries()) {
    requireIndex(`${name}[${i}]`, value, count, what);
    if (values.indexOf(value) < i) throw new Error(`${name} lists ${value} twice; list each index once.`);
  }
}
