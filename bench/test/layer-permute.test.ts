import { createBert } from '@interlayer/bert-model';
import { orderOf, repeat } from '@interlayer/layer-permute';
import { createExecutor } from '@interlayer/tensor-compile';
import { difference, tolerance, useBackend } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { layerSweeps } from '../src/layer-permute';
import { spreadIds } from '../src/subject';
import { eagerSweep, swappedOrders } from '../src/sweep';

it('gives on compiled layers, shared, what it gives order by order, and what the model gives', async () => {
  await useBackend('cpu');
  const model = createBert(
    { vocab_size: 50, hidden_size: 16, num_hidden_layers: 4, num_attention_heads: 2, initializer_range: 0.3 },
    { seed: 3 },
  );
  const executor = await createExecutor({ provider: 'cpu', threads: 1 });
  const inputs = { ids: spreadIds(2, 7, 50) };
  const orders = [...swappedOrders(4), repeat(4, 2, 3), orderOf([], 4)];
  const { oneByOne, shared } = layerSweeps(executor, model, orders, inputs, ({ data }) => data);
  const [results, expected, eager] = [await shared(), await oneByOne(), eagerSweep(model)];
  for (const [k, order] of orders.entries()) {
    expect(results[k], String(order)).toEqual(expected[k]);
    const { error, magnitude } = difference(results[k]!, (await eager(inputs, order)).data);
    expect(error, String(order)).toBeLessThan(tolerance.forward * Math.max(1, magnitude));
  }
  model.dispose();
  await executor.dispose();
});
