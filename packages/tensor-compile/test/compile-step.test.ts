import { seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createExecutor,
  type Executor,
  eagerExecutor,
  fromTensor,
  gelu,
  hostTensor,
  layerNorm,
  type StepOptimizer,
  softmaxCrossEntropy,
} from '../src/index';
import { expectClose } from './close';

beforeAll(() => useBackend('cpu'));

const V = 7;
const D = 6;

/** A small language model: embedding, layer norm, feed-forward, tied head. */
function model(seed: number) {
  const random = seededRandom(seed);
  const make = (shape: number[], center = 0) =>
    tf.tidy(() =>
      tf.variable(
        tf.tensor(
          Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => center + random() - 0.5),
          shape,
        ),
      ),
    );
  const w = {
    embedding: make([V, D]),
    gain: make([D], 1),
    bias: make([D]),
    up: make([D, 2 * D]),
    upBias: make([2 * D]),
    down: make([2 * D, D]),
    unused: make([3]),
  };
  const loss = ({ ids, labels }: { ids: tf.Tensor; labels: tf.Tensor1D }) => {
    const x = tf.gather(w.embedding, tf.cast(ids, 'int32'));
    const h = layerNorm(x, w.gain as tf.Tensor1D, w.bias as tf.Tensor1D, 1e-5);
    const hidden = gelu(tf.add(tf.matMul(h, w.up), w.upBias), 'erf');
    const out = tf.add(x, tf.matMul(hidden, w.down));
    return softmaxCrossEntropy(tf.matMul(out, w.embedding, false, true) as tf.Tensor2D, labels);
  };
  return { w, variables: Object.values(w) as tf.Variable[], loss, dispose: () => tf.dispose(w) };
}

const batches = (seed: number, count: number, rows = 5) => {
  const random = seededRandom(seed);
  const draw = () => Int32Array.from({ length: rows }, () => Math.floor(random() * V));
  return Array.from({ length: count }, () => ({ ids: hostTensor(draw(), [rows]), labels: hostTensor(draw(), [rows]) }));
};

/** Gradient descent with momentum; reports the squared norm of the gradients. */
function momentum(variables: tf.Variable[], decay: number): StepOptimizer & { dispose(): void } {
  const slots = variables.map((v) => tf.tidy(() => tf.variable(tf.zerosLike(v))));
  return {
    slots,
    scalarNames: ['rate'],
    apply(gradients, variables, { rate }) {
      variables.forEach((variable, i) => {
        const next = tf.add(tf.mul(slots[i]!, decay), gradients[i]!);
        slots[i]!.assign(next);
        variable.assign(tf.sub(variable, tf.mul(next, rate!)));
      });
      return { squaredNorm: tf.addN(gradients.map((g) => tf.sum(tf.square(g)))) as tf.Scalar };
    },
    dispose: () => tf.dispose(slots),
  };
}

const values = (variables: readonly tf.Variable[]) => variables.map(fromTensor);

describe('compileStep', () => {
  let executor: Executor;
  beforeAll(async () => {
    executor = await createExecutor({ provider: 'cpu', threads: 1 });
  });
  afterAll(() => executor.dispose());

  test('a step optimiser gives the losses, reports and weights of the eager loop', async () => {
    const run = async (engine: Executor) => {
      const { variables, loss, dispose } = model(1);
      const optimizer = momentum(variables, 0.9);
      const step = engine.compileStep(loss, optimizer, variables);
      const reports = [];
      for (const [i, batch] of batches(2, 6).entries()) reports.push(await step(batch, { rate: 0.1 / (1 + i) }));
      await engine.pull(variables);
      await engine.pull([...optimizer.slots]);
      const result = { reports, weights: values(variables), slots: values([...optimizer.slots]) };
      await step.dispose();
      optimizer.dispose();
      dispose();
      return result;
    };
    const expected = await run(eagerExecutor());
    const before = tf.memory().numTensors;
    const actual = await run(executor);
    expect(tf.memory().numTensors).toBe(before);
    expect(new Set(expected.reports.map((r) => r.loss)).size).toBe(6);
    actual.reports.forEach((report, i) => {
      expect(report.loss).toBeCloseTo(expected.reports[i]!.loss, 5);
      expect(report.squaredNorm).toBeCloseTo(expected.reports[i]!.squaredNorm!, 4);
    });
    expectClose(actual.weights, expected.weights, tolerance.gradient);
    expectClose(actual.slots, expected.slots, tolerance.gradient);
  });

  const optimizers: Record<string, () => tf.Optimizer> = {
    sgd: () => tf.train.sgd(0.1),
    momentum: () => tf.train.momentum(0.1, 0.9),
    adam: () => tf.train.adam(0.05),
    adamax: () => tf.train.adamax(0.05),
    adagrad: () => tf.train.adagrad(0.1),
    adadelta: () => tf.train.adadelta(0.5),
    rmsprop: () => tf.train.rmsprop(0.02, 0.9, 0.5),
  };
  for (const [name, make] of Object.entries(optimizers))
    test(`tf.train ${name} gives the losses, weights and slots of the eager loop`, async () => {
      const run = async (engine: Executor) => {
        const { variables, loss } = model(3);
        const optimizer = make();
        const step = engine.compileStep(loss, optimizer, variables);
        const losses = [];
        for (const batch of batches(4, 5)) losses.push((await step(batch)).loss);
        await engine.pull();
        // Adamax cannot give its slots.
        const slots = name === 'adamax' ? [] : await optimizer.getWeights();
        return {
          losses,
          weights: values(variables),
          slots: slots.map(({ tensor }: { tensor: tf.Tensor }) => fromTensor(tensor)),
          iterations: optimizer.iterations,
        };
      };
      const expected = await run(eagerExecutor());
      const actual = await run(executor);
      actual.losses.forEach((loss, i) => {
        expect(loss).toBeCloseTo(expected.losses[i]!, 4);
      });
      expectClose(actual.weights, expected.weights, tolerance.gradient * 10);
      expectClose(actual.slots, expected.slots, tolerance.gradient * 10);
      expect(actual.iterations).toBe(expected.iterations);
    });
});
