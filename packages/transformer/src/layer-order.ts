/**
 * Checks an order of layers: a list of any length of indices 0 … layers − 1, which may repeat.
 * @throws Error that names the first wrong entry.
 */
export function layerOrder(order: readonly number[], layers: number): readonly number[] {
  for (const [slot, layer] of order.entries()) {
    if (!Number.isInteger(layer) || layer < 0 || layer >= layers) {
      throw new Error(`order[${slot}] is ${layer}; it must be the index of a layer, 0 to ${layers - 1}.`);
    }
  }
  return Object.freeze([...order]);
}
