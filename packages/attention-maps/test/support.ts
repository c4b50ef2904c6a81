import { type Float64Matrix, type Matrix, matrix } from '@interlayer/linalg';
import { normalValues, seededRandom } from '@interlayer/test-kit';
import type { Activation, Affine, AttentionMap, Layer, Norm } from '../src/index';

export const normal = (rows: number, columns: number, seed: number, scale = 1): Float64Matrix =>
  matrix(
    normalValues(rows * columns, seed).map((value) => value * scale),
    columns,
  );

export const lists = ({ rows, columns, data }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);

export const fromLists = (rows: readonly (readonly number[])[]): Float64Matrix => matrix(rows.flat(), rows[0].length);

export const affine = (out: number, input: number, seed: number): Affine => ({
  weight: normal(out, input, seed, 1 / Math.sqrt(input)),
  bias: normal(1, out, seed + 1, 0.3).data,
});

const norm = (d: number, seed: number, kind: Norm['kind']): Norm => ({
  kind,
  gain: normal(1, d, seed, 0.3).data.map((value) => 1 + value),
  bias: normal(1, d, seed + 1, 0.3).data,
  epsilon: 1e-5,
});

/** Probabilities, by a softmax of random scores; `visible` says which sources a target may attend to. */
export function probabilities(
  n: number,
  seed: number,
  visible: (target: number, source: number) => boolean = () => true,
): Float64Matrix {
  const random = seededRandom(seed + 1000);
  return fromLists(
    Array.from({ length: n }, (_, target) => {
      const weights = Array.from({ length: n }, (__, source) => (visible(target, source) ? Math.exp(3 * random()) : 0));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return weights.map((weight) => weight / sum);
    }),
  );
}

export interface Shape {
  norm: Layer['norm'];
  n?: number;
  d?: number;
  heads?: number;
  f?: number;
  /** A gated feed-forward block, RMSNorm, and one head of values for all heads of attention; else none of these. */
  gated?: boolean;
  activation?: Activation;
  visible?: (target: number, source: number) => boolean;
  seed: number;
}

/** A layer of random weights, with biases everywhere. */
export function randomLayer({
  norm: order,
  n = 4,
  d = 6,
  heads = 2,
  f = 8,
  activation = 'gelu',
  gated = false,
  visible,
  seed,
}: Shape): Layer & {
  feedForward: NonNullable<Layer['feedForward']>;
} {
  const at = 100 * seed;
  const kind = gated ? 'rms' : 'layer';
  return {
    norm: order,
    input: normal(n, d, at),
    attention: Array.from({ length: heads }, (_, head) => probabilities(n, at + head, visible)),
    value: affine((gated ? 1 : heads) * 3, d, at + 10),
    output: affine(d, heads * 3, at + 20),
    attentionNorm: norm(d, at + 30, kind),
    feedForward: {
      ...(gated && { gate: affine(f, d, at + 70) }),
      up: affine(f, d, at + 40),
      down: affine(d, f, at + 50),
      activation,
      norm: norm(d, at + 60, kind),
    },
  };
}

/** The largest difference of two maps, or two lists. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k])), 0);

export const values = ({ map }: AttentionMap): Float64Array => map.data;
