import * as tf from '@tensorflow/tfjs-core';
import { isTracing } from '../trace/backend-name';

/**
 * Layer normalisation (Ba, Kiros & Hinton 2016) over the last axis: `(x − mean) / √(variance + epsilon) · gain + bias`,
 * with the biased variance.
 *
 * @param x of shape [..., d], float32.
 * @param gain of shape [d].
 * @param bias of shape [d].
 */
export function layerNorm<T extends tf.Tensor>(x: T, gain: tf.Tensor1D, bias: tf.Tensor1D, epsilon: number): T {
  const width = x.shape[x.shape.length - 1];
  if (x.rank < 1 || gain.rank !== 1 || bias.rank !== 1 || gain.shape[0] !== width || bias.shape[0] !== width)
    throw new Error(
      `layerNorm got x of shape [${x.shape}], gain [${gain.shape}] and bias [${bias.shape}]; gain and bias must be as long as x's last axis.`,
    );
  if (!(epsilon >= 0)) throw new Error(`layerNorm got epsilon ${epsilon}; expected a number of at least 0.`);
  return tf.tidy(() => (isTracing() ? traced(epsilon) : composed(epsilon))(x, gain, bias)) as T;
}

const traced = (epsilon: number) =>
  tf.customGrad((...args) => {
    const [x, gain, bias, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [value, mean, inverse] = tf
      .engine()
      .runKernel('InterlayerLayerNorm', { x, gain, bias }, { epsilon }) as tf.Tensor[];
    save([x, mean!, inverse!, gain]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, mean, inverse, gain] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return tf.engine().runKernel('InterlayerLayerNormGradient', { dy, x, mean, inverse, gain }) as tf.Tensor[];
    };
    return { value: value!, gradFunc };
  });

const composed = (epsilon: number) =>
  tf.customGrad((...args) => {
    const [x, gain, bias, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
    const normalized = tf.mul(centered, inverse);
    save([normalized, inverse, gain]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [normalized, inverse, gain] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const rows = [...Array(dy.rank - 1).keys()];
      const scaled = tf.mul(dy, gain);
      const along = tf.mean(tf.mul(scaled, normalized), -1, true);
      const centered = tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), tf.mul(normalized, along));
      return [tf.mul(centered, inverse), tf.sum(tf.mul(dy, normalized), rows), tf.sum(dy, rows)];
    };
    return { value: tf.add(tf.mul(normalized, gain), bias), gradFunc };
  });
