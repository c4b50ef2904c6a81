import { randomIndex } from '@interlayer/stats';
import { type HostTensor, hostTensor, layerNorm } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';

/** A plain net of `layers` hidden layers with ReLU. All but the first may have a LayerNorm and a skip. */
export interface NetShape {
  inputs: number;
  width: number;
  layers: number;
  classes: number;
  norm: boolean;
  skip: boolean;
}

/** The weights of a layer: [in, out] and [out]; LayerNorm's are [out], where it has one. */
export interface Layer<T = tf.Tensor> {
  weight: T;
  bias: T;
  gain?: T;
  shift?: T;
}

/** The layers of a net: the first, the hidden ones that can change places, the last. */
export interface Net<T = HostTensor> {
  shape: NetShape;
  layers: readonly Layer<T>[];
}

/** LayerNorm's, as in PyTorch. */
const EPSILON = 1e-5;

export const dense = (x: tf.Tensor, { weight, bias }: Layer): tf.Tensor2D =>
  tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), bias);

/** ReLU(Wx), ReLU(Wx) + x, or LayerNorm of either. */
export function hidden({ norm, skip }: Pick<NetShape, 'norm' | 'skip'>, x: tf.Tensor, layer: Layer): tf.Tensor2D {
  const active = tf.relu(dense(x, layer));
  const sum = skip ? tf.add(active, x) : active;
  return (norm ? layerNorm(sum, layer.gain as tf.Tensor1D, layer.shift as tf.Tensor1D, EPSILON) : sum) as tf.Tensor2D;
}

export const first = (x: tf.Tensor, layer: Layer): tf.Tensor2D => tf.relu(dense(x, layer));

/** Scores of the classes, [n, classes]. */
export function scores({ shape, layers }: Net<tf.Tensor>, x: tf.Tensor): tf.Tensor2D {
  const start = first(x, layers[0]!);
  const top = layers.slice(1, -1).reduce((state, layer) => hidden(shape, state, layer), start);
  return dense(top, layers.at(-1)!);
}

/** Weights as PyTorch draws those of its linear layers: uniform within 1 / √inputs. */
export function createNet(shape: NetShape, seed: number): Net {
  const { inputs, width, layers, classes, norm } = shape;
  const draw = randomIndex(seed);
  const uniform = (size: number[], bound: number) =>
    hostTensor(
      Float32Array.from({ length: size.reduce((a, b) => a * b) }, () => bound * (draw(2 ** 24) / 2 ** 23 - 1)),
      size,
    );
  const constant = (value: number) => hostTensor(new Float32Array(width).fill(value), [width]);
  const sizes = [inputs, ...Array<number>(layers).fill(width), classes];
  return {
    shape,
    layers: sizes.slice(1).map((outputs, i) => {
      const bound = 1 / Math.sqrt(sizes[i]!);
      const isHidden = i > 0 && i < layers;
      return {
        weight: uniform([sizes[i]!, outputs], bound),
        bias: uniform([outputs], bound),
        ...(norm && isHidden ? { gain: constant(1), shift: constant(0) } : {}),
      };
    }),
  };
}
