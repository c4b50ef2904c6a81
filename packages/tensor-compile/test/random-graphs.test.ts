import { slopes, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, type HostTensor, hostTensor } from '../src/index';
import { expectClose } from './close';
import { forwardGraph, graphs } from './smooth-graphs';

let executor: Executor;
beforeAll(async () => {
  await useBackend('cpu');
  executor = await createExecutor({ provider: 'cpu', threads: 1 });
});
afterAll(() => executor.dispose());

test('random graphs and their gradients equal the eager ones', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async ({ steps, shape, a, b }) => {
      const forward = forwardGraph(steps);
      const fn = (inputs: { a: tf.Tensor; b: tf.Tensor }) => {
        const loss = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(tf.sin(forward(a, b)), 0.5)) as tf.Scalar;
        // Both inputs take part, so that both have a gradient.
        const { value, grads } = tf.valueAndGrads((a, b) => tf.add(loss(a!, b!), tf.sum(tf.mul(a!, b!))))([
          inputs.a,
          inputs.b,
        ]);
        return { output: forward(inputs.a, inputs.b), value, gradients: grads };
      };
      const inputs = { a: hostTensor(a, shape), b: hostTensor(b, shape) };
      const expected = await eagerExecutor().compile(fn)(inputs);
      const compiled = executor.compile(fn);
      const before = tf.memory().numTensors;
      const actual = await compiled(inputs);
      expect(tf.memory().numTensors).toBe(before);
      await compiled.dispose();
      expectClose(actual, expected, tolerance.gradient);
    }),
    { seed: 7, numRuns: 150 },
  );
}, 120_000);

/** Functions with a kink, where a difference of two values is no derivative. */
const KINKED = new Set(['rectified']);

test('compiled gradients of random graphs in a random direction are finite differences', async () => {
  const smooth = graphs.filter(({ steps }) => !steps.some(([name]) => KINKED.has(name)));
  await fc.assert(
    fc.asyncProperty(smooth, async ({ steps, shape, a, b }) => {
      const variables = [a, b].map((entries) => tf.tidy(() => tf.variable(tf.tensor(entries, [...shape]))));
      const [x, y] = variables as [tf.Variable, tf.Variable];
      const loss = () => tf.add(tf.sum(tf.sin(forwardGraph(steps)(x, y))), tf.mean(tf.mul(x, y))) as tf.Scalar;
      const value = executor.compile(loss, { state: variables });
      const gradients = executor.compile(
        () => {
          const { grads } = tf.variableGrads(loss, variables);
          return variables.map(({ name }) => grads[name]!);
        },
        { state: variables },
      );
      const { derived, measured } = await slopes(
        variables,
        async () => ((await gradients({})) as HostTensor[]).map(({ data }) => data),
        async () => {
          await executor.push(variables);
          return ((await value({})) as HostTensor).data[0]!;
        },
        steps.length,
      );
      expect(Math.abs(measured - derived)).toBeLessThan(tolerance.finiteDifference * Math.max(1, Math.abs(derived)));
      await value.dispose();
      await gradients.dispose();
      tf.dispose(variables);
    }),
    { seed: 10, numRuns: 60 },
  );
}, 120_000);
