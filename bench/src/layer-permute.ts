import type { BertInputs, BertModel } from '@interlayer/bert-model';
import { identity, type Order, sweep, sweepCost, viewLayers } from '@interlayer/layer-permute';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { createExecutor, type Executor, type HostTensor } from '@interlayer/tensor-compile';
import { untapped } from '@interlayer/tensor-hooks';
import { activationNames, type BlockSettings, runBlock } from '@interlayer/transformer';
import type * as tf from '@tensorflow/tfjs-core';
import type { Benchmark } from './benchmark';
import { interleave } from './interleave';
import { compiledSweep, ids, newModel, substitutesFor, swappedOrders } from './sweep';

/** The embeddings and one layer, each a graph of its own; the graph of the layer reads the weights of any. */
function compiledLayers(executor: Executor, model: BertModel) {
  const { num_attention_heads: heads, layer_norm_eps: epsilon, hidden_act } = model.config;
  const settings: BlockSettings = {
    heads,
    norm: 'post',
    activation: activationNames[hidden_act]!,
    epsilon,
    skips: { attention: true, feedForward: true },
  };
  const state = Object.values(model.weights);
  const start = executor.compile((inputs: BertInputs) => model.withLayers([]).run(inputs).hidden, { state });
  const first = executor.compile(
    (x: tf.Tensor3D) => runBlock(x, model.blocks[0]!, settings, {}, untapped, { slot: 0, sourceLayer: 0 }),
    { state },
  );
  return { start, block: (x: HostTensor, layer: number) => first(x, substitutesFor(model, [layer])) };
}

/** Every order, layer by layer: `shared` runs only once the layers with which several begin. */
export function layerSweeps<Result>(
  executor: Executor,
  model: BertModel,
  orders: readonly Order[],
  inputs: { ids: HostTensor },
  /** What is kept of the last hidden states. */
  finish: (hidden: HostTensor) => Result,
) {
  const { start, block } = compiledLayers(executor, model);
  const layers = identity(model.blocks.length);
  return {
    async oneByOne(): Promise<Result[]> {
      const results: Result[] = [];
      for (const order of orders) {
        let x = await start(inputs);
        for (const { layer } of viewLayers(layers, order)) x = await block(x, layer);
        results.push(finish(x));
      }
      return results;
    },
    async shared(): Promise<Result[]> {
      return (await sweep({ layers, orders, inputs: [inputs], start, block, finish })).map(([result]) => result!);
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
      const { oneByOne, shared } = layerSweeps(executor, model, orders, { ids }, ({ data }) => data.slice(0, 1024));
      const whole = compiledSweep(executor, model);
      const expected = await oneByOne();
      for (const [k, values] of (await shared()).entries())
        if (values.some((value, i) => value !== expected[k]![i]))
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
