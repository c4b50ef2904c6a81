import { createGpt, type GptInputs } from '@interlayer/gpt-model';
import {
  createExecutor,
  eagerExecutor,
  type HostTensor,
  hostTensor,
  type TensorTree,
} from '@interlayer/tensor-compile';
import { capture, edit, gradientsAt, intervention, meanSink, runWith, stream } from '@interlayer/tensor-hooks';
import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Hook points inside compiled functions: what is captured, edited or differentiated must be what eager execution gives. */
describe('hooks inside a compiled function', () => {
  let model: ReturnType<typeof createGpt>;
  let ort: Awaited<ReturnType<typeof createExecutor>>;
  const ids = hostTensor(Int32Array.from([3, 1, 4, 1, 5, 9, 2, 6]), [2, 4]);

  beforeAll(async () => {
    await useBackend('cpu');
    model = createGpt(
      {
        vocab_size: 11,
        n_positions: 8,
        n_embd: 8,
        n_layer: 2,
        n_head: 2,
        activation_function: 'relu',
        final_layer_norm: false,
      },
      { seed: 5 },
    );
    ort = await createExecutor({ provider: 'cpu', threads: 1 });
  });
  afterAll(async () => {
    await ort.dispose();
    model.dispose();
  });

  const functions: Record<string, (inputs: GptInputs) => TensorTree> = {
    capture: (inputs) => capture(model, inputs, 'layers.*.output').tensors,
    'edits and interventions': (inputs) => {
      const { output, tensors } = runWith(model, inputs, {
        capture: '**',
        edits: [
          edit('layers.*.ffn.hidden', (value) => tf.neg(value)),
          intervention({ point: 'layers.1.output', kind: 'scale', params: { factor: 0.5 } }),
        ],
      });
      return { logits: output.logits!, ...tensors };
    },
    'stopping early': (inputs) =>
      runWith(model, inputs, { stopAfter: 'layers.0.ffn.hidden', capture: 'layers.0.attention.*' }).tensors,
    'gradients at points': (inputs) =>
      gradientsAt(model, inputs, 'layers.*.output', ({ logits }) => tf.mean(tf.square(logits!))).gradients,
  };

  it.each(Object.keys(functions))('%s: compiled equals eager', async (name) => {
    const tensors = tf.memory().numTensors;
    const run = async (executor: typeof ort) =>
      (await executor.compile(functions[name]! as never)({ ids })) as Record<string, HostTensor>;
    const expected = await run(eagerExecutor());
    const actual = await run(ort);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [point, { shape, data }] of Object.entries(expected)) {
      expect(actual[point]!.shape, point).toEqual(shape);
      const scale = Math.max(1, ...data.map(Math.abs));
      data.forEach((value, i) => {
        expect(Math.abs(actual[point]!.data[i]! - value), `${point}[${i}]`).toBeLessThanOrEqual(
          tolerance.forward * scale,
        );
      });
    }
  });

  it('streams compiled captures through sinks', async () => {
    const compiled = ort.compile((inputs: GptInputs) => capture(model, inputs, 'layers.*.output').tensors);
    const sinks = { 'layers.*.output': meanSink() };
    const results = await stream(model, [{ ids }, { ids }], sinks, { execute: compiled });
    const { n, mean } = results['layers.*.output']['layers.1.output']!;
    expect(n).toBe(16);
    const direct = tf.tidy(() =>
      tf.mean(tf.reshape(model.run({ ids: tf.tensor2d(ids.data, [2, 4], 'int32') }).hidden, [8, 8]), 0).dataSync(),
    );
    direct.forEach((value, i) => void expect(Math.abs(mean[i]! - value)).toBeLessThanOrEqual(tolerance.forward));
  });
});
