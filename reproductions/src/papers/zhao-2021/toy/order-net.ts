import { type Order, sweep } from '@interlayer/layer-permute';
import { type Executor, type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import * as tf from '@tensorflow/tfjs-core';
import { dense, first, hidden, type Layer, type Net } from './net';
import type { Points } from './points';

type Step = { x: tf.Tensor2D; layer: Layer };

/** Which points a net gets right with its hidden layers (all but the first) in each of some orders, LayerNorms included: [order][point]. */
export async function orderNet(
  { shape, layers }: Net,
  { x, labels }: Points,
  orders: readonly Order[],
  executor: Executor,
): Promise<boolean[][]> {
  const start = executor.compile(({ x, layer }: Step) => first(x, layer), { name: 'first layer' });
  const block = executor.compile(({ x, layer }: Step) => hidden(shape, x, layer), { name: 'hidden layer' });
  const read = executor.compile(({ x, layer }: Step) => tf.argMax(dense(x, layer), 1), { name: 'classes' });
  try {
    const results = await sweep<HostTensor, Layer<HostTensor>, HostTensor, boolean[]>({
      layers: layers.slice(1, -1),
      orders,
      inputs: [hostTensor(x.data, [x.rows, x.columns], 'float32')],
      start: async (x) => (await start({ x, layer: layers[0]! })) as HostTensor,
      block: async (x, layer) => (await block({ x, layer })) as HostTensor,
      async finish(x) {
        const { data } = (await read({ x, layer: layers.at(-1)! })) as HostTensor;
        return Array.from(labels, (label, i) => data[i] === label);
      },
    });
    return results.map(([right]) => right!);
  } finally {
    for (const graph of [start, block, read]) await graph.dispose();
  }
}
