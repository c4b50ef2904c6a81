import {
  createExecutor,
  type Executor,
  eagerExecutor,
  hostTensor,
  softmaxCrossEntropy,
} from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import { difference, slopes, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { example, exampleInputs, padded } from '../../transformer/test/causal';
import type { GptInputs, GptModel, GptScores } from '../src/index';
import { tinyGpt } from './tiny';

let executor: Executor;
let model: GptModel<GptScores>;
beforeAll(async () => {
  await useBackend('cpu');
  executor = await createExecutor({ provider: 'cpu', threads: 1 });
  model = tinyGpt();
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
const loss = (inputs: GptInputs) =>
  tf.tidy(() => {
    const logits = tf.reshape(model.run(inputs).logits, [10, 17]) as tf.Tensor2D;
    return softmaxCrossEntropy(logits, tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'int32'));
  });

describe('compiled', () => {
  it('a GPT-2 computes at every point what it computes eagerly', async () => {
    const compiled = executor.compile((inputs: GptInputs) => capture(model, inputs, () => true).tensors);
    const tensors = await compiled(hostInputs);
    const eager = capture(model, exampleInputs(), () => true);
    expect(Object.keys(tensors).sort()).toEqual([...model.points].sort());
    for (const point of model.points) {
      expect(tensors[point]!.shape).toEqual(eager.tensors[point]!.shape);
      // Hidden scores are about −1e9 on both sides; what matters is that their probabilities are 0.
      const expected = eager.tensors[point]!.dataSync().map((value) =>
        value < -1e8 ? Number.NEGATIVE_INFINITY : value,
      );
      const { error, magnitude } = difference(tensors[point]!.data, expected);
      expect(error, point).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
    }
    eager.dispose();
    await compiled.dispose();
  });

  it.each(['left', 'right'] as const)(
    'a row padded on the %s gives at real tokens what its text gives alone',
    async (side) => {
      const texts = [[3, 16, 0], [5, 5, 2, 9, 4], [11]];
      const logits = executor.compile((inputs: GptInputs) => model.run(inputs).logits);
      const { ids, mask, shape, starts } = padded(texts, side, 7);
      const batch = await logits({
        ids: hostTensor(Int32Array.from(ids), shape),
        mask: hostTensor(Int32Array.from(mask), shape),
      });
      for (const [row, text] of texts.entries()) {
        const { data } = await logits({ ids: hostTensor(Int32Array.from(text), [1, text.length]) });
        const from = (row * shape[1] + starts[row]!) * 17;
        const { error, magnitude } = difference(batch.data.slice(from, from + data.length), data);
        expect(error).toBeLessThanOrEqual(tolerance.forward * Math.max(1, magnitude));
      }
      await logits.dispose();
    },
  );

  it('a causal loss has the gradients that it has eagerly, for every weight', async () => {
    const entries = Object.entries(model.weights);
    const variables = entries.map(([, variable]) => variable);
    const gradients = (inputs: GptInputs) => {
      const { value, grads } = tf.variableGrads(() => loss(inputs), variables);
      return { value, gradients: variables.map((variable) => grads[variable.name]!) };
    };
    const compiled = executor.compile(gradients, { state: variables });
    const traced = await compiled(hostInputs);
    tf.tidy(() => {
      const eager = gradients(exampleInputs());
      expect(Math.abs(traced.value.data[0]! - eager.value.dataSync()[0]!)).toBeLessThan(tolerance.loss);
      for (const [i, [name]] of entries.entries()) {
        const { error, magnitude } = difference(traced.gradients[i]!.data, eager.gradients[i]!.dataSync());
        expect(error, name).toBeLessThanOrEqual(tolerance.gradient * Math.max(1, magnitude));
        expect(magnitude, name).toBeGreaterThan(1e-6);
      }
    });
    await compiled.dispose();
  });

  it('its gradient in a random direction of all weights is a finite difference, compiled and eagerly', async () => {
    const variables = Object.values(model.weights);
    const gradientsOf = (inputs: GptInputs) => {
      const { grads } = tf.variableGrads(() => loss(inputs), variables);
      return variables.map(({ name }) => grads[name]!);
    };
    for (const engine of [executor, eagerExecutor()]) {
      const gradients = engine.compile(gradientsOf, { state: variables });
      const value = engine.compile(loss, { state: variables });
      const { derived, measured } = await slopes(
        variables,
        async () => (await gradients(hostInputs)).map(({ data }) => data),
        async () => {
          await engine.push(variables);
          return (await value(hostInputs)).data[0]!;
        },
        500,
      );
      expect(Math.abs(derived)).toBeGreaterThan(0.01);
      expect(Math.abs(measured - derived)).toBeLessThan(tolerance.finiteDifference * Math.max(1, Math.abs(derived)));
      await gradients.dispose();
      await value.dispose();
    }
  });
});
