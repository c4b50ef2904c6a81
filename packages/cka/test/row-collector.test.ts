import { hookable, type Sink, stream } from '@interlayer/tensor-hooks';
import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { cka, RowCollector, StreamingCka } from '../src/index';
import { expectNear, normal } from './support';

it('is a sink of tensor-hooks: two models, batch by batch, without padding', async () => {
  await useBackend('cpu');
  const points = ['layers.0', 'layers.1'] as const;
  const model = (seed: number) => {
    const weights = [normal(4, 5, seed), normal(5, 6, seed + 1)].map(({ rows, columns, data }) =>
      tf.tensor2d(Float32Array.from(data), [rows, columns]),
    );
    return hookable(points, (x: tf.Tensor2D, tap) => {
      const hidden = tap('layers.0', tf.tanh(tf.matMul(x, weights[0] as tf.Tensor2D)));
      return tap('layers.1', tf.tanh(tf.matMul(hidden, weights[1] as tf.Tensor2D)));
    });
  };
  const batches = [0, 1, 2].map((k) => tf.tensor2d(Float32Array.from(normal(8, 4, 50 + k).data), [8, 4]));
  const mask = [1, 1, 0, 1, 1, 1, 0, 1];

  const [first, second] = [new RowCollector(), new RowCollector()];
  const everything = [new RowCollector(), new RowCollector()];
  const similarity = new StreamingCka();
  const models = [model(1), model(2)];
  for (const batch of batches) {
    for (const [k, collector] of [first, second].entries()) {
      const sinks = (each: RowCollector) => ({ 'layers.*': (point: string): Sink<number> => each.sink(point) });
      const waiting = await stream(models[k], [batch], sinks(collector), { rows: () => mask });
      expect(waiting['layers.*']).toEqual({ 'layers.0': 6, 'layers.1': 6 });
      await stream(models[k], [batch], sinks(everything[k]), { rows: () => mask });
    }
    await similarity.add(first.take(), second.take());
  }
  const [a, b] = everything.map((collector) => collector.take());
  expect(a['layers.1']).toMatchObject({ rows: 18, columns: 6 });
  const { rows, columns, values, n } = similarity.heatmap();
  expect({ rows, columns, n }).toEqual({ rows: [...points], columns: [...points], n: 18 });
  for (const [i, x] of points.entries())
    for (const [j, y] of points.entries())
      expectNear(values[i][j], (await cka(a[x], b[y])).value, tolerance.similarity);
});
