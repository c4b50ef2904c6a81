import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { loadBert } from '@interlayer/bert-model';
import { type Matmul, RowCollector, rowsOf } from '@interlayer/linalg';
import { stream } from '@interlayer/tensor-hooks';
import { float32Matmul, shared, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { blockComponents, ComponentFits, ComponentScores, type Points, type Scores } from '../src/index';
import { expectNear, row } from './support';

const [SENTENCES, LENGTH, HELD_OUT] = [36, 20, 150];

shared('on real weights and text', (data) => {
  const components = blockComponents({ norm: 'post', layers: 2 });
  const points: Points = {};
  let plain: Record<string, Scores>;

  beforeAll(async () => {
    await useBackend('wasm');
    const { model, tokenizer } = await loadBert(`${data}/models/splade-tiny`, {
      tokenizer: `${data}/bert-base-uncased`,
    });
    const text = gunzipSync(readFileSync(`${data}/text/tinyshakespeare/input.txt.gz`)).toString();
    const lines = text.split('\n').filter((line) => line.length > 30);
    const { ids, mask, shape } = tokenizer!.encodeBatch(lines.slice(0, SENTENCES), {
      maxLength: LENGTH,
      padTo: LENGTH,
    });
    const inputs = { ids: tf.tensor2d(ids, shape, 'int32'), mask: tf.tensor2d(mask, shape, 'int32') };
    const collector = new RowCollector();
    const sinks = Object.fromEntries(
      new ComponentFits(components).points.map((point) => [point, collector.sink(point)]),
    );
    await stream(model as never, [inputs], sinks as never, { rows: () => mask });
    Object.assign(points, collector.take());
    tf.dispose(inputs);
    model.dispose();
    plain = await scoresBy(0);
  });

  const part = (from: number, to: number): Points =>
    Object.fromEntries(Object.entries(points).map(([name, X]) => [name, rowsOf(X, from, to)]));

  async function scoresBy(ridge: number, matmul?: Matmul): Promise<Record<string, Scores>> {
    const n = points['layers.0.input']!.rows;
    const fits = new ComponentFits(components, { matmul });
    await fits.add(part(HELD_OUT, n));
    const scores = new ComponentScores(components, fits.solve({ ridge }), { matmul });
    await scores.add(part(0, HELD_OUT));
    return scores.scores();
  }

  it('NL1: the output layer of attention is affine to rounding', () => {
    for (const layer of [0, 1]) {
      const { gamma, r2, medianR2 } = plain[`layers.${layer}.ff_after_self_attention`]!;
      for (const value of [gamma, r2, medianR2]) expectNear(value, 1, tolerance.float64);
      // What is not affine is far from it, on the same tokens.
      expect(plain[`layers.${layer}.self_attention_ff`]!.r2).toBeLessThan(0.9);
    }
  });

  it('NL3: a skip changes no residual, held out too', () => {
    const spread = (output: string) => {
      const Y = rowsOf(points[output]!, 0, HELD_OUT);
      return [...Array(Y.columns).keys()].reduce((sum, j) => {
        const feature = Array.from({ length: HELD_OUT }, (_, i) => row(Y, i)[j]!);
        const mean = feature.reduce((total, value) => total + value, 0) / HELD_OUT;
        return sum + feature.reduce((total, value) => total + (value - mean) ** 2, 0);
      }, 0);
    };
    for (const [branch, skipped] of [
      ['mlp', 'ffn_before_ln'],
      ['self_attention_ff', 'attention_before_ln'],
    ]) {
      const [without, having] = [branch, skipped].map((name) => {
        const { output } = components.find((each) => each.name === `layers.1.${name}`)!;
        return (1 - plain[`layers.1.${name}`]!.r2!) * spread(output);
      }) as [number, number];
      expectNear(having / without, 1, tolerance.float32);
    }
  });

  it('products rounded to float32 give every score of every component to 1e-5', async () => {
    const [single, double] = [await scoresBy(1e-5, float32Matmul), await scoresBy(1e-5)];
    for (const { name } of components)
      for (const measure of ['gamma', 'gammaRatio', 'r2', 'medianR2'] as const)
        expectNear(single[name]![measure], double[name]![measure]!, tolerance.float32);
  });
});
