import { createExecutor, type Executor, hostTensor, softmaxCrossEntropy } from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import { difference, slopes, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { example, exampleInputs } from '../../transformer/test/causal';
import type { LlamaInputs, LlamaModel, LlamaScores } from '../src/index';
import { tinyLlama } from './tiny';

let executor: Executor;
let model: LlamaModel<LlamaScores>;
beforeAll(async () => {
  await useBackend('cpu');
  executor = await createExecutor({ provider: 'cpu', threads: 1 });
  model = tinyLlama();
});
afterAll(async () => {
  model.dispose();
  await executor.dispose();
});

const hostInputs = {
  ids: hostTensor(Int32Array.from(example.ids), example.shape),
  mask: hostTensor(Int32Array.from(example.mask), example.shape),
};

/** Mean loss of some targets, one for each place. */
const loss = (inputs: LlamaInputs) =>
  tf.tidy(() => {
    const logits = tf.reshape(model.run(inputs).logits, [10, 17]) as tf.Tensor2D;
    return softmaxCrossEntropy(logits, tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'int32'));
  });

/** Hidden scores are about −1e9 on both sides; what matters is that their probabilities are 0. */
const shown = (values: ArrayLike<number>) =>
  Array.from(values, (value) => (value < -1e8 ? Number.NEGATIVE_INFINITY : value));

describe('compiled', () => {
  it.each([
    ['single', {}, tolerance.forward],
    ['single precision, its weights in state', { state: true }, tolerance.forward],
    ['half', { precision: 'float16' as const }, tolerance.halfPrecision],
  ] as const)('a Llama in %s precision computes at every point what it computes eagerly', async (_, options, bound) => {
    const eager = capture(model, exampleInputs(), () => true);
    const state = 'state' in options ? Object.values(model.weights) : undefined;
    const precision = 'precision' in options ? options.precision : undefined;
    const compiled = executor.compile((inputs: LlamaInputs) => capture(model, inputs, () => true).tensors, {
      state,
      precision,
    });
    const tensors = await compiled(hostInputs);
    expect(Object.keys(tensors).sort()).toEqual([...model.points].sort());
    for (const point of model.points) {
      expect(tensors[point]!.shape).toEqual(eager.tensors[point]!.shape);
      const { error, magnitude } = difference(shown(tensors[point]!.data), shown(eager.tensors[point]!.dataSync()));
      expect(error, point).toBeLessThanOrEqual(bound * Math.max(1, magnitude));
    }
    eager.dispose();
    await compiled.dispose();
  });

  it('a stream with one huge value does not overflow in half precision', async () => {
    const large = tinyLlama({}, 5);
    const words = large.weights['model.embed_tokens.weight']!;
    tf.tidy(() => words.assign(tf.add(words, tf.tensor1d([20000, 0, 0, 0, 0, 0, 0, 0]))));
    const compiled = executor.compile((inputs: LlamaInputs) => large.run(inputs).logits, { precision: 'float16' });
    const { data } = await compiled(hostInputs);
    const eager = tf.tidy(() => large.run(exampleInputs()).logits.dataSync().slice());
    const { error, magnitude } = difference(data, eager);
    expect(error).toBeLessThanOrEqual(tolerance.halfPrecisionGraph * Math.max(1, magnitude));
    await compiled.dispose();
    large.dispose();
  });

  it('a causal loss has the gradients that it has eagerly, for every weight, and those of finite differences', async () => {
    const entries = Object.entries(model.weights);
    const variables = entries.map(([, variable]) => variable);
    const gradientsOf = (inputs: LlamaInputs) => {
      const { grads } = tf.variableGrads(() => loss(inputs), variables);
      return variables.map((variable) => grads[variable.name]!);
    };
    const compiled = executor.compile(gradientsOf, { state: variables });
    const traced = await compiled(hostInputs);
    tf.tidy(() => {
      const eager = gradientsOf(exampleInputs());
      for (const [i, [name]] of entries.entries()) {
        const { error, magnitude } = difference(traced[i]!.data, eager[i]!.dataSync());
        expect(error, name).toBeLessThanOrEqual(tolerance.gradient * Math.max(1, magnitude));
        expect(magnitude, name).toBeGreaterThan(1e-6);
      }
    });
    const value = executor.compile(loss, { state: variables });
    const { derived, measured } = await slopes(
      variables,
      async () => (await compiled(hostInputs)).map(({ data }) => data),
      async () => {
        await executor.push(variables);
        return (await value(hostInputs)).data[0]!;
      },
      500,
    );
    expect(Math.abs(derived)).toBeGreaterThan(0.01);
    expect(Math.abs(measured - derived)).toBeLessThan(tolerance.finiteDifference * Math.max(1, Math.abs(derived)));
    await compiled.dispose();
    await value.dispose();
  });
});
