import { createBert } from '@interlayer/bert-model';
import { createExecutor } from '@interlayer/tensor-compile';
import { difference, tolerance, useBackend } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { spreadIds } from '../src/subject';
import { compiledSweep, eagerSweep, swappedOrders } from '../src/sweep';

it('gives the same hidden states on one graph as by a view for each order', async () => {
  await useBackend('cpu');
  const model = createBert(
    { vocab_size: 50, hidden_size: 16, num_hidden_layers: 4, num_attention_heads: 2, initializer_range: 0.3 },
    { seed: 3 },
  );
  const executor = await createExecutor({ provider: 'cpu', threads: 1 });
  const [compiled, eager] = [compiledSweep(executor, model), eagerSweep(model)];
  const inputs = { ids: spreadIds(2, 7, 50) };
  const asTrained = (await eager(inputs, [0, 1, 2, 3])).data;
  for (const order of swappedOrders(4)) {
    const [ours, expected] = [await compiled(inputs, order), await eager(inputs, order)];
    const { error, magnitude } = difference(ours.data, expected.data);
    expect(error, String(order)).toBeLessThan(tolerance.forward * Math.max(1, magnitude));
    expect(difference(ours.data, asTrained).error, String(order)).toBeGreaterThan(0.01);
  }
  model.dispose();
  await executor.dispose();
});
