import {
  createExecutor,
  type Executor,
  type HostTensor,
  hostTensor,
  softmaxCrossEntropy,
} from '@interlayer/tensor-compile';
import { capture } from '@interlayer/tensor-hooks';
import { difference, slopes, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BertConfigInput, BertInputs, BertModel } from '../src/index';
import { example, exampleInputs, tinyBert } from './tiny';

const VARIANTS: [string, Partial<BertConfigInput>][] = [
  ['as published', {}],
  ['with ReLU', { hidden_act: 'relu' }],
  ['without feed-forward blocks', { feed_forward: [false, false, false] }],
  ['without one layer’s skips', { skips: { attention: [true, false, true], feed_forward: [true, false, true] } }],
];

let executor: Executor;
let model: BertModel;
beforeAll(async () => {
  await useBackend('cpu');
  executor = await createExecutor({ provider: 'cpu', threads: 1 });
});
afterAll(() => executor.dispose());

const hostInputs = {
  ids: hostTensor(Int32Array.from(example.ids), example.shape),
  mask: hostTensor(Int32Array.from(example.mask), example.shape),
  types: hostTensor(Int32Array.from(example.types), example.shape),
};

/** What every masked-LM loss here reads: two places and the words that stood there. */
const places = { positions: [1, 6], labels: [4, 9] };

const loss = (inputs: BertInputs & { positions: tf.Tensor1D; labels: tf.Tensor1D }) =>
  tf.tidy(() => {
    const { hidden } = model.withHeads([]).run(inputs);
    return softmaxCrossEntropy(model.mlmLogitsAt(hidden, inputs.positions), inputs.labels);
  });

describe.each(VARIANTS)('compiled, %s', (_, config) => {
  beforeAll(() => {
    model = tinyBert(config);
  });
  afterAll(() => model.dispose());

  it('a BERT computes at every point what it computes eagerly', async () => {
    const compiled = executor.compile((inputs: BertInputs) => capture(model, inputs, () => true).tensors);
    const tensors = await compiled(hostInputs);
    const eager = capture(model, tf.tidy(exampleInputs), () => true);
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

  it('a BERT in half precision is close to itself in float32', async () => {
    const outputs = (inputs: BertInputs) => {
      const { hidden, mlmLogits } = model.withHeads(['mlm']).run(inputs);
      return { hidden, mlmLogits: mlmLogits! };
    };
    const [full, half] = [executor.compile(outputs), executor.compile(outputs, { precision: 'float16' })];
    const [expected, actual] = (await Promise.all([full(hostInputs), half(hostInputs)])) as Record<
      string,
      HostTensor
    >[];
    for (const name of ['hidden', 'mlmLogits']) {
      const { error, magnitude } = difference(actual![name]!.data, expected![name]!.data);
      expect(error, name).toBeLessThanOrEqual(tolerance.halfPrecision * Math.max(1, magnitude));
      expect(error, name).toBeGreaterThan(tolerance.forward);
    }
    await full.dispose();
    await half.dispose();
  });

  it('a masked-LM loss has the gradients that it has eagerly, for every weight', async () => {
    const used = Object.entries(model.weights).filter(([name]) => !/^(bert\.pooler|classifier)/.test(name));
    const variables = used.map(([, variable]) => variable);
    const gradients = (inputs: Parameters<typeof loss>[0]) => {
      const { value, grads } = tf.variableGrads(() => loss(inputs), variables);
      return { value, gradients: used.map(([, variable]) => grads[variable.name]!) };
    };
    const compiled = executor.compile(gradients, { state: variables });
    const inputs = {
      ...hostInputs,
      positions: hostTensor(Int32Array.from(places.positions), [2]),
      labels: hostTensor(Int32Array.from(places.labels), [2]),
    };
    const traced = (await compiled(inputs)) as never as {
      value: { data: Float32Array };
      gradients: { data: Float32Array }[];
    };
    tf.tidy(() => {
      const eager = gradients({
        ...exampleInputs(),
        positions: tf.tensor1d(places.positions, 'int32'),
        labels: tf.tensor1d(places.labels, 'int32'),
      });
      expect(Math.abs(traced.value.data[0]! - eager.value.dataSync()[0]!)).toBeLessThan(tolerance.loss);
      for (const [i, [name]] of used.entries()) {
        const { error, magnitude } = difference(traced.gradients[i]!.data, eager.gradients[i]!.dataSync());
        expect(error, name).toBeLessThanOrEqual(tolerance.gradient * Math.max(1, magnitude));
        // A key's bias moves all scores of a row alike: its gradient is 0 but for rounding.
        if (!name.endsWith('key.bias')) expect(magnitude, name).toBeGreaterThan(1e-6);
      }
    });
    await compiled.dispose();
  });

  it('its compiled gradient in a random direction is a finite difference', async () => {
    const used = Object.entries(model.weights).filter(([name]) => !/^(bert\.pooler|classifier)/.test(name));
    const variables = used.map(([, variable]) => variable);
    const inputs = {
      ...hostInputs,
      positions: hostTensor(Int32Array.from(places.positions), [2]),
      labels: hostTensor(Int32Array.from(places.labels), [2]),
    };
    const gradients = executor.compile(
      (given: Parameters<typeof loss>[0]) => {
        const { grads } = tf.variableGrads(() => loss(given), variables);
        return variables.map(({ name }) => grads[name]!);
      },
      { state: variables },
    );
    const value = executor.compile(loss, { state: variables });
    const { derived, measured } = await slopes(
      variables,
      async () => (await gradients(inputs)).map(({ data }) => data),
      async () => {
        await executor.push(variables);
        return (await value(inputs)).data[0]!;
      },
      500,
    );
    expect(Math.abs(derived)).toBeGreaterThan(0.01);
    expect(Math.abs(measured - derived)).toBeLessThan(tolerance.finiteDifference * Math.max(1, Math.abs(derived)));
    await gradients.dispose();
    await value.dispose();
  });
});
