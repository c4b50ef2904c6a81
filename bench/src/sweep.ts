import { createBert } from '@interlayer/bert-model';
import { startBackend } from '@interlayer/runtime';
import { createExecutor, eagerExecutor } from '@interlayer/tensor-compile';
import type { Benchmark, EagerJob } from './benchmark';
import { startNativePeer } from './peer';
import { spreadIds } from './subject';

const LAYERS = 12;

const newModel = () =>
  createBert({ vocab_size: 4096, hidden_size: 256, num_hidden_layers: LAYERS, num_attention_heads: 4 }, { seed: 1 });

/** Every order of twelve layers in which two have changed places. */
function swappedOrders(): number[][] {
  const orders: number[][] = [];
  for (let i = 0; i < LAYERS; i++)
    for (let j = i + 1; j < LAYERS; j++) {
      const order = [...Array(LAYERS).keys()];
      [order[i], order[j]] = [j, i];
      orders.push(order);
    }
  return orders;
}

/** All orders, one after the other. */
export function eagerJob(): EagerJob {
  const ids = spreadIds(16, 64, 4096);
  const model = newModel();
  const views = swappedOrders().map((order) => {
    const view = model.withLayers(order);
    return eagerExecutor().compile((inputs) => view.run(inputs).hidden);
  });
  return {
    async run() {
      for (const run of views) await run({ ids });
      return undefined;
    },
    close: () => model.dispose(),
  };
}

/** 66 forward passes of 16 × 64 tokens, one per swapped order, each traced and run once. */
export const sweep: Benchmark = {
  name: 'sweep',
  async run({ threads }) {
    const ids = spreadIds(16, 64, 4096);
    const orders = swappedOrders();
    const medians: Record<string, number> = {};
    const ratios: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    await startBackend({ backend: 'cpu', log: () => {} });
    const model = newModel();
    for (const count of threads) {
      const plural = `${count} thread${count > 1 ? 's' : ''}`;
      const executor = await createExecutor({ provider: 'cpu', threads: count });
      const start = performance.now();
      for (const order of orders) {
        const view = model.withLayers(order);
        const run = executor.compile((inputs) => view.run(inputs).hidden);
        await run({ ids });
        await run.dispose();
      }
      medians[`compiled, ${plural}`] = (performance.now() - start) / 1e3;
      await executor.dispose();
      const native = await startNativePeer('sweep', count);
      for (const { name, run } of native.contestants) medians[name] = (await run())! / 1e3;
      if (medians[native.name])
        ratios[`compiledVsTfjsNode${count}`] = medians[native.name]! / medians[`compiled, ${plural}`]!;
      notes.tfjsNode = native.about;
      native.close();
    }
    model.dispose();
    await startBackend({ backend: 'wasm', log: () => {} });
    const onWasm = newModel();
    const few = orders.slice(0, 3);
    const eager = few.map((order) => {
      const view = onWasm.withLayers(order);
      return eagerExecutor().compile((inputs) => view.run(inputs).hidden);
    });
    const start = performance.now();
    for (const run of eager) await run({ ids });
    onWasm.dispose();
    medians['wasm (extrapolated from 3 orders)'] = ((performance.now() - start) / 1e3 / few.length) * orders.length;
    const most = Math.max(...threads);
    ratios.compiledVsWasm =
      medians['wasm (extrapolated from 3 orders)']! / medians[`compiled, ${most} thread${most > 1 ? 's' : ''}`]!;
    const title = '66 swapped orders of 12 layers, d 256, 16 × 64 tokens each';
    return { title, unit: 's', medians, ratios, notes };
  },
};
