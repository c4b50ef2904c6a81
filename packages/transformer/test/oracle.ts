import { difference, tolerance } from '@interlayer/test-kit';
import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { BlockWeights, Linear, Norm, StackSettings } from '../src/index';

/** A second implementation of everything, of float64 numbers and loops, written from the formulas and not from the source. */

export type Points = Record<string, Float64Array>;

/** erf to 1e-12: its Maclaurin series for small arguments, the continued fraction of erfc for large ones. */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let n = 1; n < 100; n++) {
      term *= (-z * z) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = z;
  for (let n = 200; n >= 1; n--) fraction = z + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction);
}

export const activations = {
  gelu: (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  'gelu-tanh': (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  relu: (x: number) => Math.max(0, x),
  silu: (x: number) => x / (1 + Math.exp(-x)),
};

/** y[r, o] = Σ_i x[r, i] W(i, o) + b[o], or without a bias 0 in its place */
export function dense(x: Float64Array, { weight, bias, orientation }: Linear): Float64Array {
  const transposed = orientation === 'out-in';
  const [width, out] = transposed ? [weight.shape[1], weight.shape[0]] : weight.shape;
  const w = weight.dataSync();
  const b = bias?.dataSync();
  const rows = x.length / width;
  const y = new Float64Array(rows * out);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < out; o++) {
      let sum = b?.[o] ?? 0;
      for (let i = 0; i < width; i++) sum += x[r * width + i]! * w[transposed ? o * width + i : i * out + o]!;
      y[r * out + o] = sum;
    }
  }
  return y;
}

/** LayerNorm, or without a bias RMSNorm. */
export function normalize(x: Float64Array, { gain, bias }: Norm, epsilon: number): Float64Array {
  const d = gain.shape[0];
  const g = gain.dataSync();
  const b = bias?.dataSync();
  const y = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += d) {
    const row = x.subarray(start, start + d);
    const mean = b ? row.reduce((sum, value) => sum + value, 0) / d : 0;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / d;
    for (let k = 0; k < d; k++)
      y[start + k] = ((row[k]! - mean) / Math.sqrt(variance + epsilon)) * g[k]! + (b?.[k] ?? 0);
  }
  return y;
}

const plus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);

export interface OracleRun {
  x: Float64Array;
  batch: number;
  length: number;
  blocks: readonly BlockWeights[];
  settings: StackSettings;
  order: readonly number[];
  /** [B, T], 1 = real */
  mask?: ArrayLike<number>;
  causal: boolean;
  /** Base of rotary positions; absent: none. */
  rotaryBase?: number;
  points: Points;
}

/** Runs the stack, writes every point into `points` (hidden pairs as −∞) and returns the last hidden states. */
export function oracleStack(run: OracleRun): Float64Array {
  return run.order.reduce((x, layer, slot) => oracleBlock(x, run, layer, slot), run.x);
}

function oracleBlock(x: Float64Array, run: OracleRun, layer: number, slot: number): Float64Array {
  const { batch, length, settings, mask, causal, points } = run;
  const { attention, feedForward } = run.blocks[layer]!;
  const { heads, keyValueHeads = heads, epsilon } = settings;
  const pre = settings.norm === 'pre';
  const d = x.length / (batch * length);
  const at = (site: string, value: Float64Array) => {
    points[`layers.${slot}.${site}`] = value;
    return value;
  };
  at('input', x);
  const read = at('attention.input', pre ? normalize(x, attention.norm, epsilon) : x);

  let projected: Float64Array[];
  if ('weight' in attention.projections) {
    const joined = dense(read, attention.projections);
    projected = [0, 1, 2].map((part) =>
      Float64Array.from({ length: x.length }, (_, i) => joined[Math.floor(i / d) * 3 * d + part * d + (i % d)]!),
    );
  } else projected = attention.projections.map((projection) => dense(read, projection));
  const size = projected[0]!.length / (batch * length * heads);
  const byHead = (rows: Float64Array, count: number) => {
    const result = new Float64Array(rows.length);
    for (let b = 0; b < batch; b++)
      for (let t = 0; t < length; t++)
        for (let h = 0; h < count; h++)
          for (let k = 0; k < size; k++)
            result[((b * count + h) * length + t) * size + k] = rows[((b * length + t) * count + h) * size + k]!;
    return result;
  };
  let query = at('attention.query', byHead(projected[0]!, heads));
  let key = at('attention.key', byHead(projected[1]!, keyValueHeads));
  const value = at('attention.value', byHead(projected[2]!, keyValueHeads));
  if (run.rotaryBase !== undefined) {
    query = at('attention.query.rotated', turned(query, size, run));
    key = at('attention.key.rotated', turned(key, size, run));
  }

  const scores = at('attention.scores', new Float64Array(batch * heads * length * length));
  const probabilities = at('attention.probabilities', new Float64Array(scores.length));
  const context = at('attention.context', new Float64Array(projected[0]!.length));
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const source = b * keyValueHeads + Math.floor((h * keyValueHeads) / heads);
      for (let i = 0; i < length; i++) {
        const row = ((b * heads + h) * length + i) * length;
        for (let j = 0; j < length; j++) {
          let dot = 0;
          for (let k = 0; k < size; k++) {
            dot += query[((b * heads + h) * length + i) * size + k]! * key[(source * length + j) * size + k]!;
          }
          const hidden = (causal && j > i) || (mask !== undefined && mask[b * length + j] === 0);
          scores[row + j] = hidden ? Number.NEGATIVE_INFINITY : dot / Math.sqrt(size);
        }
        const largest = Math.max(...scores.subarray(row, row + length));
        let total = 0;
        for (let j = 0; j < length; j++) total += Math.exp(scores[row + j]! - largest);
        for (let j = 0; j < length; j++) {
          const probability = Math.exp(scores[row + j]! - largest) / total;
          probabilities[row + j] = probability;
          for (let k = 0; k < size; k++) {
            context[((b * length + i) * heads + h) * size + k]! +=
              probability * value[(source * length + j) * size + k]!;
          }
        }
      }
    }
  }

  const attended = at('attention.output', dense(context, attention.output));
  const sum = at('attention.sum', settings.skips.attention[layer] ? plus(x, attended) : attended);
  const middle = at('middle', pre ? sum : normalize(sum, attention.norm, epsilon));
  if (!feedForward) return at('output', middle);
  const fed = at('ffn.input', pre ? normalize(middle, feedForward.norm, epsilon) : middle);
  const activate = activations[settings.activation];
  let hidden: Float64Array;
  if (feedForward.gate) {
    const gate = at('ffn.gate', dense(fed, feedForward.gate));
    const up = at('ffn.up', dense(fed, feedForward.up));
    hidden = at(
      'ffn.hidden',
      up.map((value, i) => activate(gate[i]!) * value),
    );
  } else hidden = at('ffn.hidden', at('ffn.preactivation', dense(fed, feedForward.up)).map(activate));
  const output = at('ffn.output', dense(hidden, feedForward.down));
  const total = at('ffn.sum', settings.skips.feedForward[layer] ? plus(middle, output) : output);
  return at('output', pre ? total : normalize(total, feedForward.norm, epsilon));
}

/** Each pair (k, k + size / 2) of the heads [B, H, T, size] as a complex number, times e^(i p base^(−2k / size)). */
function turned(heads: Float64Array, size: number, { batch, length, mask, rotaryBase }: OracleRun): Float64Array {
  const result = new Float64Array(heads.length);
  const count = heads.length / (batch * length * size);
  for (let row = 0; row < batch * count * length; row++) {
    const [text, t] = [Math.floor(row / (count * length)), row % length];
    const before = Array.from({ length: t }, (_, i) => mask?.[text * length + i] ?? 1);
    const real = mask?.[text * length + t] ?? 1;
    const position = real ? before.reduce((sum, value) => sum + value, 0) : t;
    for (let k = 0; k < size / 2; k++) {
      const angle = position * rotaryBase! ** ((-2 * k) / size);
      const [re, im] = [heads[row * size + k]!, heads[row * size + k + size / 2]!];
      result[row * size + k] = re * Math.cos(angle) - im * Math.sin(angle);
      result[row * size + k + size / 2] = re * Math.sin(angle) + im * Math.cos(angle);
    }
  }
  return result;
}

/** Every point of a model is what the oracle gives there, no point is missing, and none has another place. */
export function expectPoints(
  points: readonly string[],
  tensors: Readonly<Record<string, tf.Tensor | undefined>>,
  expected: Points,
): void {
  expect(Object.keys(tensors)).toEqual(points);
  expect(Object.keys(tensors).sort()).toEqual(Object.keys(expected).sort());
  for (const point of points) {
    const { error, magnitude } = difference(tensors[point]!.dataSync(), expected[point]!);
    expect(error, point).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
  }
}
