import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, fromTensor } from '../src/index';
import { expectClose } from './close';
import { batches, model, momentum, values } from './small-model';

beforeAll(() => useBackend('cpu'));

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
