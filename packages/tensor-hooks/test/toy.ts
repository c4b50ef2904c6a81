import * as tf from '@tensorflow/tfjs-core';
import { type Hookable, hookable, type Tap } from '../src/index';

export type ToyPoint = 'embeddings' | `layers.${number}.hidden` | `layers.${number}.output` | 'logits';

export interface Toy extends Hookable<ToyPoint, tf.Tensor, tf.Tensor> {
  weights: tf.Variable[];
  plain(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

const weight = (seed: number, width: number) =>
  tf.tidy(() => tf.variable(tf.randomNormal([width, width], 0, 0.5, 'float32', seed)));

/**
 * Residual tanh layers over [rows, width], each in a tidy of its own. `order` says which weights run in which slot; the
 * points are numbered by slot.
 */
export function toy(order: readonly number[] = [0, 1], width = 3): Toy {
  const weights = [...new Set(order)].sort().map((layer) => weight(layer + 1, width));
  const points: ToyPoint[] = ['embeddings'];
  for (const slot of order.keys()) points.push(`layers.${slot}.hidden`, `layers.${slot}.output`);
  points.push('logits');
  const target = hookable(points, (input: tf.Tensor, tap) => {
    let x: tf.Tensor = tap('embeddings', input);
    for (const [slot, sourceLayer] of order.entries()) {
      x = tf.tidy(() => {
        const hidden = tap(
          `layers.${slot}.hidden`,
          tf.tanh(tf.matMul(x as tf.Tensor2D, weights[sourceLayer]! as tf.Tensor)),
          { slot, sourceLayer },
        );
        return tap(`layers.${slot}.output`, tf.add(x, hidden), { slot, sourceLayer });
      });
    }
    return tap('logits', tf.mul(x, 2));
  });
  return {
    ...target,
    weights,
    plain(input) {
      return tf.tidy(() => {
        let x = input;
        for (const source of order) x = tf.add(x, tf.tanh(tf.matMul(x as tf.Tensor2D, weights[source]! as tf.Tensor)));
        return tf.mul(x, 2);
      });
    },
    dispose: () => tf.dispose(weights),
  };
}

/** One block under one name, called `times` times: what a model with shared layers looks like. */
export function shared(times: number): Hookable<'step', tf.Tensor, tf.Tensor> {
  return hookable(['step'], (input: tf.Tensor, tap: Tap<'step'>) => {
    let x = input;
    for (let slot = 0; slot < times; slot++) x = tap('step', tf.add(x, 1), { slot, sourceLayer: 0 });
    return x;
  });
}

export const numbers = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
