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
  /** The parts of a Llama: RMSNorm, no biases, shared heads of keys and values, a gate. */
  llama?: { keyValueHeads: number };
  feedForward?: boolean[];
  skips?: { attention: boolean[]; feedForward: boolean[] };
  seed: number;
}

/** Random weights of a stack, of a scale at which every part matters. The caller owns them. */
export function randomStack(shape: StackShape): { blocks: BlockWeights[]; settings: StackSettings } {
  const { layers, width, heads, inner, norm, activation, joined, orientation, llama, seed } = shape;
  const random = seededRandom(seed);
  const draw = (dims: number[], scale: number, mean = 0) =>
    tf.tensor(
      Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => mean + scale * (2 * random() - 1)),
      dims,
    );
  const linear = (from: number, to: number): Linear => ({
    weight: draw(orientation === 'in-out' ? [from, to] : [to, from], 0.6) as tf.Tensor2D,
    ...(!llama && { bias: draw([to], 0.3) as tf.Tensor1D }),
    orientation,
  });
  const norms = (): Norm => ({
    gain: draw([width], 0.4, 1) as tf.Tensor1D,
    ...(!llama && { bias: draw([width], 0.3) as tf.Tensor1D }),
  });
  const shared = llama ? (width / heads) * llama.keyValueHeads : width;
  const all = Array<boolean>(layers).fill(true);
  const blocks = (shape.feedForward ?? all).map(
    (present): BlockWeights => ({
      attention: {
        projections: joined
          ? linear(width, 3 * width)
          : [linear(width, width), linear(width, shared), linear(width, shared)],
        output: linear(width, width),
        norm: norms(),
      },
      ...(present && {
        feedForward: {
          ...(llama && { gate: linear(width, inner) }),
          up: linear(width, inner),
          down: linear(inner, width),
          norm: norms(),
        },
      }),
    }),
  );
  return {
    blocks,
    settings: {
      heads,
      ...llama,
      norm,
      activation,
      epsilon: 1e-6,
      skips: shape.skips ?? { attention: all, feedForward: all },
    },
  };
}
