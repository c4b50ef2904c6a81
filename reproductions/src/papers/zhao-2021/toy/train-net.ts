import { type Executor, fromTensor, hostTensor, softmaxCrossEntropy, toTensor } from '@interlayer/tensor-compile';
import { seedFrom, shuffle } from '@interlayer/text-data';
import { adamW } from '@interlayer/training';
import * as tf from '@tensorflow/tfjs-core';
import { type Layer, type Net, scores } from './net';
import type { Points } from './points';

interface Training {
  epochs: number;
  batch: number;
  rate: number;
  /** Of the order of the points. */
  seed: number;
}

const eachTensor = <A, B>(layer: Layer<A>, of: (tensor: A, name: string) => B): Layer<B> =>
  Object.fromEntries(
    Object.entries(layer).map(([name, tensor]) => [name, of(tensor as A, name)]),
  ) as unknown as Layer<B>;

/** Trains a net with Adam on the cross-entropy of the classes; points that do not fill a batch wait for the next epoch. */
export async function trainNet(
  { shape, layers }: Net,
  { x, labels }: Points,
  { epochs, batch, rate, seed }: Training,
  executor: Executor,
): Promise<Net> {
  const variables = layers.map((layer) => eachTensor(layer, (tensor) => tf.tidy(() => tf.variable(toTensor(tensor)))));
  const named = Object.fromEntries(
    variables.flatMap((layer, i) => Object.entries(layer).map(([name, variable]) => [`${i}.${name}`, variable])),
  );
  const all = Object.values(named);
  const optimizer = adamW({ weightDecay: 0 })(named);
  const step = executor.compileStep(
    (points: { x: tf.Tensor2D; labels: tf.Tensor1D }) =>
      softmaxCrossEntropy(scores({ shape, layers: variables }, points.x), points.labels) as tf.Scalar,
    optimizer,
    all,
    { name: 'a toy net' },
  );
  try {
    let steps = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = shuffle(Int32Array.from(labels.keys()), seedFrom(seed, 'epoch', epoch));
      for (let from = 0; from + batch <= order.length; from += batch) {
        const rows = order.subarray(from, from + batch);
        const values = new Float32Array(batch * x.columns);
        for (const [i, row] of rows.entries())
          values.set((x.data as Float32Array).subarray(row * x.columns, (row + 1) * x.columns), i * x.columns);
        const points = {
          x: hostTensor(values, [batch, x.columns]),
          labels: hostTensor(
            Int32Array.from(rows, (row) => labels[row]!),
            [batch],
            'int32',
          ),
        };
        await step(points, optimizer.scalars(++steps, rate));
      }
    }
    await executor.pull(all);
    return { shape, layers: variables.map((layer) => eachTensor(layer, (variable) => fromTensor(variable))) };
  } finally {
    await step.dispose();
    optimizer.dispose();
    tf.dispose(all);
  }
}
