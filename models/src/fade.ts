import type { BertPoint } from '@interlayer/bert-model';
import type { MaskedRecipe } from '@interlayer/model-card';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import type { Tap, Where } from '@interlayer/tensor-hooks';
import type { BatchSource } from '@interlayer/training';
import * as tf from '@tensorflow/tfjs-core';

export type Fade = NonNullable<MaskedRecipe['fade']>;

/** What the skip around a branch carries, by the point of their sum. */
const CARRIERS: Readonly<Record<string, string>> = { 'attention.sum': 'input', 'ffn.sum': 'middle' };

/**
 * A tap under which a model is another one by some share: with all of it, its layers have the skips that `skips` names and
 * lack the attention blocks that `blocks` names; with none of it, the model is as it is.
 *
 * @param share [1], 1 to 0
 */
export function fadeTap({ skips = [], blocks = [] }: Fade, share: tf.Tensor): Tap<BertPoint> {
  const skipped = new Map<string, tf.Tensor>();
  const edit = <T extends tf.Tensor>(point: BertPoint, value: T, { slot = -1 }: Where = {}): T => {
    const site = point.slice(`layers.${slot}.`.length);
    if (blocks.includes(slot) && site === 'attention.output') return tf.sub(value, tf.mul(share, value));
    if (!skips.includes(slot)) return value;
    const carrier = CARRIERS[site];
    if (carrier) return tf.add(value, tf.mul(share, skipped.get(carrier)!));
    skipped.set(site, value);
    return value;
  };
  return Object.assign(edit, { wants: () => true });
}

/** Batches with the share of each step, which falls linearly from 1 to 0. */
export function fading<B extends Record<string, HostTensor>>(
  batches: BatchSource<B>,
  { steps }: Pick<Fade, 'steps'>,
): BatchSource<B & { share: HostTensor }> {
  let taken = 0;
  return {
    async next() {
      const share = Math.max(0, 1 - taken++ / steps);
      return { ...(await batches.next()), share: hostTensor(Float32Array.of(share), [1]) };
    },
    get cursor() {
      return { taken, of: batches.cursor };
    },
    seek(cursor) {
      const place = cursor as { taken: number; of: unknown };
      batches.seek(place.of);
      taken = place.taken;
    },
  };
}
