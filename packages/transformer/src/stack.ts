import type { Tap } from '@interlayer/tensor-hooks';
import * as tf from '@tensorflow/tfjs-core';
import { type BlockContext, type BlockSettings, type BlockWeights, runBlock } from './block';
import type { BlockPoint } from './points';

/** Which layers keep their skips, by source layer: a skip travels with the weights when layers are re-ordered. */
export interface Skips {
  attention: readonly boolean[];
  feedForward: readonly boolean[];
}

/** What all layers of a stack share. */
export interface StackSettings extends Omit<BlockSettings, 'skips'> {
  skips: Skips;
}

/**
 * Runs the blocks in `order`: slot s runs the weights of layer `order[s]`. Layers may be permuted, repeated or dropped;
 * nothing is copied.
 *
 * @param x [B, T, d]
 * @returns [B, T, d]; `x` itself for an empty order.
 */
export function runStack(
  x: tf.Tensor3D,
  blocks: readonly BlockWeights[],
  settings: StackSettings,
  order: readonly number[],
  context: BlockContext,
  tap: Tap<BlockPoint>,
): tf.Tensor3D {
  return tf.tidy(() =>
    order.reduce((hidden, sourceLayer, slot) => {
      const skips = {
        attention: settings.skips.attention[sourceLayer]!,
        feedForward: settings.skips.feedForward[sourceLayer]!,
      };
      return runBlock(hidden, blocks[sourceLayer]!, { ...settings, skips }, context, tap, { slot, sourceLayer });
    }, x),
  );
}
