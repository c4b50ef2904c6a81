import { matrix } from '@interlayer/linalg';
import { normalValues } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { fitLinear } from '../src/index';

/** A post-LN layer's last half and a readout, in float64 loops. */
const [D, F, V, N] = [8, 24, 30, 400];
const values = (size: number, seed: number, scale: number) => normalValues(size, seed).map((value) => value * scale);
const up = { weight: values(F * D, 1, 0.5), bias: values(F, 2, 0.3) };
const down = { weight: values(D * F, 3, 0.4), bias: values(D, 4, 0.3) };
const norm = { gain: values(D, 5, 0.2).map((value) => 1 + value), bias: values(D, 6, 0.2) };
const embedding = values(V * D, 7, 1);

const times = (weight: Float64Array, x: Float64Array, bias?: Float64Array): Float64Array =>
  Float64Array.from({ length: weight.length / x.length }, (_, i) =>
    x.reduce((sum, value, j) => sum + weight[i * x.length + j]! * value, bias?.[i] ?? 0),
  );
const plus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);
function layerNorm(x: Float64Array): Float64Array {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-12)) * norm.gain[i]! + norm.bias[i]!);
}
const mlp = (y: Float64Array, activate: (x: number) => number) =>
  times(down.weight, times(up.weight, y, up.bias).map(activate), down.bias);
const logits = (y: Float64Array, output: Float64Array) => times(embedding, layerNorm(plus(y, output)));

const inputs = Array.from({ length: N }, (_, i) => values(D, 100 + i, 1));

/** The largest change of a logit where a least-squares map stands in the MLP's place. */
async function largestChange(activate: (x: number) => number): Promise<number> {
  const outputs = inputs.map((y) => mlp(y, activate));
  const flat = (rows: Float64Array[]) => matrix(Float64Array.from(rows.flatMap((row) => [...row])), D);
  const { coefficients, intercept } = await fitLinear({ X: flat(inputs), Y: flat(outputs), ridge: 0 });
  const changes = inputs.flatMap((y, i) => {
    const [before, after] = [logits(y, outputs[i]!), logits(y, times(coefficients.data, y, intercept))];
    return [...before.map((value, k) => Math.abs(value - after[k]!))];
  });
  return Math.max(...changes);
}

describe('IN3: an MLP replaced by its least-squares map', () => {
  it('leaves the logits as they are where it is affine', async () => {
    expect(await largestChange((x) => x)).toBeLessThan(1e-8);
    expect(await largestChange((x) => 3 * x - 1)).toBeLessThan(1e-8);
  });

  it('changes them where it is not', async () => {
    expect(await largestChange(Math.abs)).toBeGreaterThan(0.1);
  });
});
