import { StreamingCka } from '@interlayer/cka';
import { RowCollector } from '@interlayer/linalg';
import { probe } from '@interlayer/linear-probe';
import { blockComponents, ComponentFits, ComponentScores } from '@interlayer/nonlinearity';
import { stream } from '@interlayer/tensor-hooks';
import { seededRandom, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { tinyConfig, tinyLlama } from './tiny';

beforeAll(() => useBackend('cpu'));

const SENTENCES = 60;
const TOKENS = tinyConfig.max_position_embeddings;
const random = seededRandom(5);
const tokens = Int32Array.from({ length: SENTENCES * TOKENS }, () => Math.floor(random() * tinyConfig.vocab_size));
const sentences = Array.from(tokens, (_, i) => Math.floor(i / TOKENS));

/** What the model computes at these points for all sentences, a row for each token. */
async function rowsAt(points: readonly string[]) {
  const model = tinyLlama();
  const ids = tf.tensor2d(tokens, [SENTENCES, TOKENS], 'int32');
  const collector = new RowCollector();
  await stream(model, [{ ids }], Object.fromEntries(points.map((point) => [point, collector.sink(point)])));
  ids.dispose();
  model.dispose();
  return collector.take();
}

it('nonlinearity finds a gated block less linear than its projections', async () => {
  const components = blockComponents({ norm: 'pre', layers: [1], names: ['mlp', 'ff_after_self_attention'] });
  const fits = new ComponentFits(components);
  const rows = await rowsAt(fits.points);
  await fits.add(rows);
  const scores = new ComponentScores(components, fits.solve({ ridge: 1e-9 }));
  await scores.add(rows, sentences);
  const { 'layers.1.mlp': gated, 'layers.1.ff_after_self_attention': projection } = scores.scores();
  expect(projection!.r2!).toBeCloseTo(1, 6);
  expect(gated!.r2!).toBeLessThan(0.9);
});

it('cka finds each gated block equal to itself and unlike the embeddings', async () => {
  const points = ['layers.0.input', 'layers.0.ffn.hidden', 'layers.2.ffn.hidden'];
  const rows = await rowsAt(points);
  const layers = new StreamingCka();
  await layers.add(rows, rows);
  const { values } = layers.heatmap();
  points.forEach((_, i) => {
    expect(values[i]![i]).toBeCloseTo(1, 9);
  });
  expect(values[0]![2]).toBeLessThan(0.9);
});

it('linear-probe reads the token from the residual stream', async () => {
  const rows = await rowsAt(['layers.0.input']);
  const X = rows['layers.0.input']!;
  const labels = Array.from(tokens, (_, i) => (X.data[i * X.columns]! > 0 ? 'positive' : 'negative'));
  const { record } = await probe({ X, labels, groups: sentences, seed: 1 });
  expect(record.test.estimate).toBeGreaterThan(0.95);
  expect(record.majority.test.estimate).toBeLessThan(0.8);
});
