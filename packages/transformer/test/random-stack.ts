import { seededRandom } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation, BlockWeights, Linear, Norm, StackSettings } from '../src/index';

export interface StackShape {
  layers: number;
  width: number;
  heads: number;
  inner: number;
  norm: 'post' | 'pre';
  activation: Activation;
  /** One projection with three outputs side by side, instead of three. */
  joined: boolean;
  orientation: Linear['orientation'];
  feedForward?: boolean[];
  skips?: { attention: boolean[]; feedForward: boolean[] };
  seed: number;
}

/** Random weights of a stack, of a scale at which every part matters. The caller owns them. */
export function randomStack(shape: StackShape): { blocks: BlockWeights[]; settings: StackSettings } {
  const { layers, width, heads, inner, norm, activation, joined, orientation, seed } = shape;
  const random = seededRandom(seed);
  const draw = (dims: number[], scale: number, mean = 0) =>
    tf.tensor(
      Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => mean + scale * (2 * random() - 1)),
      dims,
    );
  const linear = (from: number, to: number): Linear => ({
    weight: draw(orientation === 'in-out' ? [from, to] : [to, from], 0.6) as tf.Tensor2D,
    bias: draw([to], 0.3) as tf.Tensor1D,
    orientation,
  });
  const norms = (): Norm => ({
    gain: draw([width], 0.4, 1) as tf.Tensor1D,
    bias: draw([width], 0.3) as tf.Tensor1D,
  });
  const all = Array<boolean>(layers).fill(true);
  const blocks = (shape.feedForward ?? all).map(
    (present): BlockWeights => ({
      attention: {
        projections: joined
          ? linear(width, 3 * width)
          : [linear(width, width), linear(width, width), linear(width, width)],
        output: linear(width, width),
        norm: norms(),
      },
      ...(present && { feedForward: { up: linear(width, inner), down: linear(inner, width), norm: norms() } }),
    }),
  );
  return {
    blocks,
    settings: { heads, norm, activation, epsilon: 1e-6, skips: shape.skips ?? { attention: all, feedForward: all } },
  };
}
