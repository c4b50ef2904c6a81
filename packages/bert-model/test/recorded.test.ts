import { fileURLToPath } from 'node:url';
import { capture } from '@interlayer/tensor-hooks';
import { difference, expectParity, testBackends, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { readReference } from '../../transformer/test/reference';
import { loadBert } from '../src/index';

const folder = fileURLToPath(new URL('./fixtures/tiny-bert', import.meta.url));

// Recorded by test/fixtures/record.py with PyTorch in float64.
describe.each(testBackends)('on %s, a random tiny BERT', (backend) => {
  it('computes at every point what PyTorch computes', async () => {
    await useBackend(backend);
    const { model, tokenizer } = await loadBert(folder);
    const { points } = model;
    expect(tokenizer).toBeUndefined();
    expect(model.heads).toEqual(['mlm', 'pooler', 'classifier']);
    expect(model.config.num_labels).toBe(3);
    const reference = await readReference(`${folder}/reference.safetensors`);
    const input = (name: string) => {
      const { shape, data } = reference.get(`inputs.${name}`)!;
      reference.delete(`inputs.${name}`);
      return tf.tensor2d(data, shape as [number, number], 'int32');
    };
    const inputs = { ids: input('ids'), mask: input('mask'), types: input('types') };
    const { tensors, dispose } = capture(model, inputs, () => true);
    expect([...reference.keys()].sort()).toEqual([...points].sort());
    const rows = points.map((tensor) => {
      const { shape, data } = reference.get(tensor)!;
      expect(tensors[tensor]!.shape, tensor).toEqual(shape);
      return { tensor, ...difference(tensors[tensor]!.dataSync(), data) };
    });
    expectParity(new URL('../PARITY.md', import.meta.url), `tiny-bert, ${backend}`, rows);
    dispose();
    model.dispose();
  });
});
