import type { BertInputs, BertModel } from '@interlayer/bert-model';
import { identity, type Order, sweep, sweepCost, viewLayers } from '@interlayer/layer-permute';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { createExecutor, type Executor, type HostTensor } from '@interlayer/tensor-compile';
import { patch, runWith } from '@interlayer/tensor-hooks';
import type * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from './benchmark';
import { interleave } from './interleave';
import { compiledSweep, ids, newModel, substitutesFor, swappedOrders } from './sweep';

/** The embeddings and one layer, each a graph of its own; the graph of the layer reads the weights of any. */
export function compiledLayers(executor: Executor, model: BertModel) {
  const state = Object.values(model.weights);
  const start = executor.compile((inputs: BertInputs) => model.withLayers([]).run(inputs).hidden, { state });
  const first = executor.compile(
    ({ x, ...inputs }: BertInputs & { x: tf.Tensor3D }) =>
      runWith(model.withLayers([0]), inputs, { edits: [patch('embeddings', x)] }).output.hidden,
    { state },
  );
  return {
    start,
    block: (x: HostTensor, layer: number, inputs: { ids: HostTensor }) =>
      first({ ...inputs, x }, substitutesFor(model, [layer])),
  };
}

/** The last hidden states of each order, layer by layer: `shared` begins orders that begin alike only once. */
export function layerSweeps(
  executor: Executor,
  model: BertModel,
  orders: readonly Order[],
  inputs: { ids: HostTensor },
) {
  const { start, block } = compiledLayers(executor, model);
  const layers = identity(model.blocks.length);
  return {
    async oneByOne(): Promise<HostTensor[]> {
      const results: HostTensor[] = [];
      for (const order of orders) {
        let x = await start(inputs);
        for (const { layer } of viewLayers(layers, order)) x = await block(x, layer, inputs);
        results.push(x);
      }
      return results;
    },
    async shared(): Promise<HostTensor[]> {
      const results = await sweep({
        layers,
        orders,
        inputs: [inputs],
        start,
        block: (x, layer, { input }) => block(x, layer, input),
        finish: (x) => x,
      });
      return results.flat();
    },
  };
}

/** All swaps of two of 12 layers: what is gained by running the layers with which orders begin only once. */
export const layerPermute: Benchmark = {
  name: 'layer-permute',
  async run({ threads, rounds }) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const orders = swappedOrders(model.blocks.length);
    const executor = await createExecutor({ provider: 'cpu', threads: Math.max(...threads), spin: true });
    try {
      const { oneByOne, shared } = layerSweeps(executor, model, orders, { ids });
      const whole = compiledSweep(executor, model);
      const expected = await oneByOne();
      for (const [k, { data }] of (await shared()).entries())
        if (data.some((value, i) => value !== expected[k]!.data[i]))
          throw new Error(`the shared sweep gives another result for order ${orders[k]}`);
      const times = await interleave(
        [
          {
            name: 'one graph of all layers, order by order',
            async run() {
              for (const order of orders) await whole({ ids }, order);
              return undefined;
            },
          },
          { name: 'one graph of a layer, order by order', run: async () => void (await oneByOne()) as undefined },
          { name: 'one graph of a layer, shared beginnings', run: async () => void (await shared()) as undefined },
        ],
        { rounds, warmUp: 1 },
      );
      const medians = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, median(ms) / 1e3]));
      const [allLayers, byOrder, byBeginning] = Object.values(medians) as [number, number, number];
      return {
        title: `${orders.length} swapped orders of 12 layers, d 256, 16 × 64 tokens each`,
        unit: 's',
        medians,
        ratios: { sharedVsWholeGraph: allLayers / byBeginning, sharedVsOrderByOrder: byOrder / byBeginning },
        notes: { executor: executor.name, ...sweepCost(orders) },
      };
    } finally {
      await executor.dispose();
      model.dispose();
    }
  },
};
