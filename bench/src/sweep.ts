import { type BertConfigInput, type BertInputs, type BertModel, createBert } from '@interlayer/bert-model';
import { swaps } from '@interlayer/layer-permute';
import { startBackend } from '@interlayer/runtime';
import { type Executor, eagerExecutor, type HostTensor, type Substitutes } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';
import type { Benchmark, Job } from './benchmark';
import { compete } from './contest';
import { handOver, spreadIds } from './subject';

const SHAPE: BertConfigInput = {
  vocab_size: 4096,
  hidden_size: 256,
  num_hidden_layers: 12,
  num_attention_heads: 4,
};
export const newModel = () => createBert(SHAPE, { seed: 1 });
export const ids = spreadIds(16, 64, SHAPE.vocab_size);

/** Every order of that many layers with two of them swapped. */
export const swappedOrders = (layers: number) => swaps(layers).map(({ order }) => order);
const orders = swappedOrders(SHAPE.num_hidden_layers);

/** What each slot of an order reads: the weights of layer `order[slot]` instead of its own. */
export function substitutesFor({ weights }: BertModel, order: readonly number[]): Substitutes {
  const substitutes = new Map<tf.Variable, tf.Variable>();
  for (const [name, variable] of Object.entries(weights)) {
    const slot = /\.layer\.(\d+)\./.exec(name)?.[1];
    if (Number(slot) < order.length && order[Number(slot)] !== Number(slot))
      substitutes.set(variable, weights[name.replace(`.layer.${slot}.`, `.layer.${order[Number(slot)]}.`)]!);
  }
  return substitutes;
}

/** All orders on one graph, which gets the weights in each order. */
export function compiledSweep(executor: Executor, model: BertModel) {
  const run = executor.compile((inputs: BertInputs) => model.run(inputs).hidden, {
    state: Object.values(model.weights),
  });
  return (inputs: { ids: HostTensor }, order: readonly number[]) => run(inputs, substitutesFor(model, order));
}

/** A view of the model for each order. */
export function eagerSweep(model: BertModel) {
  const executor = eagerExecutor();
  return (inputs: { ids: HostTensor }, order: readonly number[]) =>
    executor.compile((inputs: BertInputs) => model.withLayers(order).run(inputs).hidden)(inputs);
}

/** One order per run, in turn; resolves to the first hidden value, which differs between orders. */
function inTurn(sweep: ReturnType<typeof eagerSweep>): Job['run'] {
  let next = 0;
  return async () => (await sweep({ ids }, orders[next++ % orders.length]!)).data[0];
}

export function eagerJob(): Job {
  const model = newModel();
  return { run: inTurn(eagerSweep(model)), close: () => model.dispose() };
}

/** 66 forward passes of 16 × 64 tokens, one per swapped order, including tracing and compiling. */
export const sweep: Benchmark = {
  name: 'sweep',
  async run(context) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    const handed = await handOver(model, { ids });
    const seconds = (ms: readonly number[]) => ms.reduce((sum, each) => sum + each, 0) / 1e3;
    const { medians, ratios, notes } = await compete(
      {
        kind: 'sweep',
        folder: handed.folder,
        compiled: (executor) => ({ '': { run: inTurn(compiledSweep(executor, model)), close() {} } }),
        eager: eagerJob,
        // A round is an order.
        rounds: orders.length,
        warmUp: 0,
        pack: { rounds: orders.length, warmUp: 0 },
        stock: {
          addsToName: ', extrapolated from 3 orders',
          rounds: 3,
          warmUp: 0,
          measure: (ms) => (seconds(ms) / ms.length) * orders.length,
        },
        measure: seconds,
        better: 'less',
      },
      context,
    );
    model.dispose();
    handed.done();
    const title = `${orders.length} swapped orders of 12 layers, d 256, 16 × 64 tokens each, including compilation`;
    return { title, unit: 's', medians, ratios, notes };
  },
};
