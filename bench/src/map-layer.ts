import type { Layer } from '@interlayer/attention-maps';
import { type Matrix, matrix } from '@interlayer/linalg';

export interface MapShape {
  tokens: number;
  width: number;
  heads: number;
  /** Hidden units of the feed-forward block. */
  inner: number;
}

const values = (rows: number, columns: number, scale: number, phase: number): Matrix =>
  matrix(
    Float32Array.from({ length: rows * columns }, (_, i) => scale * Math.SQRT2 * Math.sin(i * i * 0.37 + phase)),
    columns,
  );

/** A post-LN layer with GELU, its weights of the size of a fresh initialisation, in float32 as a model's are. */
export function mapLayer({ tokens, width, heads, inner }: MapShape): Layer {
  const linear = (out: number, input: number, phase: number) => ({
    weight: values(out, input, 1 / Math.sqrt(input), phase),
    bias: values(1, out, 0.1, phase + 0.5).data,
  });
  const norm = { gain: new Float32Array(width).fill(1), bias: new Float32Array(width), epsilon: 1e-12 };
  return {
    norm: 'post',
    input: values(tokens, width, 1, 1),
    attention: Array.from({ length: heads }, (_, head) => uniformlyVaried(tokens, head)),
    value: linear(width, width, 2),
    output: linear(width, width, 3),
    attentionNorm: norm,
    feedForward: { up: linear(inner, width, 4), down: linear(width, inner, 5), activation: 'gelu', norm },
  };
}

/** Attention weights between 1/3 and 3 times uniform. */
function uniformlyVaried(tokens: number, head: number): Matrix {
  const data = Float32Array.from(values(tokens, tokens, 0.35, 10 + head).data, (value) => 1 + value);
  for (let i = 0; i < tokens; i++) {
    const row = data.subarray(i * tokens, (i + 1) * tokens);
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let j = 0; j < tokens; j++) row[j]! /= sum;
  }
  return { rows: tokens, columns: tokens, data };
}
