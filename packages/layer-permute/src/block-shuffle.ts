import { randomIndex, shuffled } from '@interlayer/stats';
import { identity, type Order, orderOf, requireCount, requireDistinct } from './order';

export interface BlockShuffleOptions {
  /** Layers in a block; divides the number of layers. */
  size: number;
  /** What is shuffled: the layers within each block, or the blocks, each of which stays together. */
  move: 'within' | 'blocks';
  /** Indices of blocks that stay as and where they are; none unless given. */
  hold?: readonly number[];
  /** A 32-bit integer. */
  seed: number;
}

/**
 * A random permutation of blocks of neighbouring layers or within them, each as likely as any other, the identity included.
 * Zhao et al. (2021) shuffle or hold three blocks of four.
 * @throws when `size` does not divide the number of layers, or a block to hold does not exist.
 */
export function blockShuffle(layers: number, { size, move, hold = [], seed }: BlockShuffleOptions): Order {
  const all = identity(layers);
  requireCount('size', size, 1);
  if (layers % size !== 0) throw new Error(`Blocks of ${size} do not divide ${layers} layers; give a divisor.`);
  const count = layers / size;
  requireDistinct('hold', hold, count, 'a block');
  if (move !== 'blocks' && move !== 'within') throw new Error(`move is "${move}"; give "blocks" or "within".`);
  const draw = randomIndex(seed);
  const blocks = Array.from({ length: count }, (_, b) => all.slice(b * size, (b + 1) * size));
  const moving = [...blocks.keys()].filter((b) => !hold.includes(b));
  const sources = move === 'blocks' ? shuffled(moving, draw) : moving;
  const order = blocks.slice();
  for (const [i, b] of moving.entries()) order[b] = move === 'blocks' ? blocks[sources[i]] : shuffled(blocks[b], draw);
  return orderOf(order.flat(), layers);
}
