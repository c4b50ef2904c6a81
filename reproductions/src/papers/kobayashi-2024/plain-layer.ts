import type { Activation, ActivationName, Layer, Norm, Scope } from '@interlayer/attention-maps';
import { type Matrix, matrix } from '@interlayer/linalg';
import { normalCdf } from '@interlayer/stats';
import { seedFrom } from '@interlayer/text-data';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

type Rows = number[][];

/** A random layer with feed-forward block. */
export type FullLayer = Layer & Required<Pick<Layer, 'feedForward'>>;

const SCALARS: Record<ActivationName, (x: number) => number> = {
  relu: (x) => Math.max(0, x),
  gelu: (x) => x * normalCdf(x),
  'gelu-tanh': (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x / (1 + Math.exp(-x)),
  identity: (x) => x,
};

/** The scalar function of each name. */
export const scalarOf = (activation: Activation) => SCALARS[activation as ActivationName];

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = a.length - 1; k >= 0; k--) sum += a[k]! * b[k]!;
  return sum;
};
export const rowsIn = ({ rows, columns, data }: Matrix): Rows =>
  Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
export const plus = (a: readonly number[], b: ArrayLike<number>): number[] => a.map((value, k) => value + b[k]!);
const affine = (rows: Rows, { weight, bias }: Layer['output']): Rows => {
  const w = rowsIn(weight);
  return rows.map((x) => w.map((unit, i) => dot(x, unit) + (bias?.[i] ?? 0)));
};

/** LayerNorm of a vector by the textbook. */
export function layerNorm(x: readonly number[], { gain, bias, epsilon }: Norm): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, k) => ((value - mean) / Math.sqrt(variance + epsilon)) * gain[k]! + (bias?.[k] ?? 0));
}

/** What a layer computes at the end of each scope, as a network does: no contributions, token by token. */
export function statesOf({
  norm,
  input,
  attention,
  value,
  output,
  attentionNorm,
  feedForward,
}: FullLayer): Partial<Record<Scope, Rows>> {
  const x = rowsIn(input);
  const read = norm === 'pre' ? x.map((row) => layerNorm(row, attentionNorm)) : x;
  const values = affine(read, value);
  const size = values[0]!.length / attention.length;
  const weights = attention.map(rowsIn);
  const context = x.map((_, i) =>
    values[0]!.map((_, unit) =>
      dot(
        weights[Math.floor(unit / size)]![i]!,
        values.map((row) => row[unit]!),
      ),
    ),
  );
  const attended = affine(context, output);
  const summed = attended.map((row, i) => plus(row, x[i]!));
  const middle = norm === 'post' ? summed.map((row) => layerNorm(row, attentionNorm)) : summed;
  const fedWith = norm === 'pre' ? middle.map((row) => layerNorm(row, feedForward.norm)) : middle;
  const g = scalarOf(feedForward.activation);
  const fed = affine(
    affine(fedWith, feedForward.up).map((row) => row.map(g)),
    feedForward.down,
  );
  const total = fed.map((row, i) => plus(row, middle[i]!));
  return norm === 'post'
    ? {
        Attn: attended,
        AttnRes: summed,
        Atb: middle,
        AtbFf: fed,
        AtbFfRes: total,
        AtbFfResLn: total.map((row) => layerNorm(row, feedForward.norm)),
      }
    : { Attn: attended, Atb: middle, AtbLn: fedWith, AtbLnFf: fed, AtbLnFfRes: total };
}

export interface LayerShape {
  seed: number;
  norm: Layer['norm'];
  activation: ActivationName;
  causal: boolean;
  tokens: number;
  width: number;
  heads: number;
  cells: number;
}

/** A layer of random weights, with biases everywhere. */
export function randomLayer({ seed, norm, activation, causal, tokens, width, heads, cells }: LayerShape): FullLayer {
  const generator = xoroshiro128plus(seedFrom(seed, 'random layer'));
  const number = () => uniformInt(generator, -1_000_000, 1_000_000) / 500_000;
  const numbers = (count: number) => Float64Array.from({ length: count }, number);
  const linear = (out: number, into: number) => ({ weight: matrix(numbers(out * into), into), bias: numbers(out) });
  const normalization = () => ({ gain: numbers(width), bias: numbers(width), epsilon: 1e-5 });
  const probabilities = () => {
    const rows = Array.from({ length: tokens }, (_, i) => {
      const scores = Array.from({ length: tokens }, (_, j) => (causal && j > i ? 0 : Math.exp(number())));
      const sum = scores.reduce((total, score) => total + score, 0);
      return scores.map((score) => score / sum);
    });
    return matrix(rows.flat(), tokens);
  };
  return {
    norm,
    input: matrix(numbers(tokens * width), width),
    attention: Array.from({ length: heads }, probabilities),
    value: linear(2 * heads, width),
    output: linear(width, 2 * heads),
    attentionNorm: normalization(),
    feedForward: { up: linear(cells, width), down: linear(width, cells), activation, norm: normalization() },
  };
}
