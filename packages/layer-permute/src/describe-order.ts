import { isPermutation } from './compose';
import type { Order } from './order';

/** An order in words, with layers counted from 0 as everywhere here: "layers 2 and 5 swapped", "layer 4, 12 times". */
export function describeOrder(order: Order): string {
  if (isPermutation(order)) return describePermutation(order);
  if (order.every((layer, slot) => slot === 0 || layer > order[slot - 1])) {
    const removed = [...Array(order.layers).keys()].filter((layer) => !order.includes(layer));
    return `${layersIn(removed, order.layers)} removed`;
  }
  const group = period(order);
  const times = order.length / group.length;
  if (times === 1) return `layers in the order ${order.join(', ')}`;
  const several = group.length > 1;
  return `${several ? `layers ${inTurn(group)}` : `layer ${group[0]}`}, ${times} times${several ? ' in turn' : ''}`;
}

function describePermutation(order: Order): string {
  const moved = order.filter((layer, slot) => layer !== slot).sort((a, b) => a - b);
  if (moved.length === 0) return 'layers in their own order';
  if (moved.length === 2) return `layers ${moved[0]} and ${moved[1]} swapped`;
  const [first, last] = [moved[0], moved.at(-1)!];
  const span = [...order.slice(first, last + 1).keys()].map((k) => first + k);
  for (const slots of [span, moved])
    if (slots.every((slot, k) => order[slot] === slots[slots.length - 1 - k]))
      return `${layersIn(slots, order.layers)} reversed`;
  return `${moved.length} of ${order.layers} layers moved: ${order.join(', ')}`;
}

/** "layer 3", "layers 0, 2 to 5 and 8", or "all 12 layers"; the list is ascending. */
function layersIn(layers: readonly number[], count: number): string {
  if (layers.length === count && count > 1) return `all ${count} layers`;
  const runs: number[][] = [];
  for (const layer of layers) {
    const run = runs.at(-1);
    if (run?.at(-1) === layer - 1) run.push(layer);
    else runs.push([layer]);
  }
  const parts = runs.flatMap((run) => (run.length > 2 ? [`${run[0]} to ${run.at(-1)}`] : run.map(String)));
  return `${layers.length > 1 ? 'layers' : 'layer'} ${listed(parts)}`;
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const inTurn = (group: readonly number[]): string =>
  group.length > 2 && group.every((layer, k) => layer === group[0] + k)
    ? `${group[0]} to ${group.at(-1)}`
    : listed(group.map(String));

/** The shortest beginning that, repeated, gives the whole order. */
function period(order: Order): readonly number[] {
  for (let length = 1; length < order.length; length++)
    if (order.length % length === 0 && order.every((layer, slot) => layer === order[slot % length]))
      return order.slice(0, length);
  return order;
}
