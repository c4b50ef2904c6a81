import { slopes, tolerance, useBackend, values } from '@interlayer/test-kit';
import { usePlainBackend } from '@interlayer/test-kit/plain-backend';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, hostTensor } from '../src/index';
import { expectClose } from './close';
import { forwardGraph, graphs, graphsOf } from './smooth-graphs';

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

/** In tfjs's JavaScript their gradients multiply by 0, so that a NaN spreads to unrelated rows. */
const SPREADING = new Set(['gathered', 'gathered twice']);

test('random graphs of NaN, infinities and zeros of both signs, and their gradients, equal the eager ones', async () => {
  // TensorFlow's own kernels, and tfjs's in WebAssembly, lose some NaNs.
  await usePlainBackend('cpu');
  const entry = fc.oneof(values(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0));
  const special = graphsOf(entry).filter(({ steps }) => !steps.some(([name]) => SPREADING.has(name)));
  await fc.assert(
    fc.asyncProperty(special, async ({ steps, shape, a, b }) => {
      const fn = (inputs: tf.Tensor[]) => {
        const loss = (...tensors: tf.Tensor[]) =>
          tf.sum(tf.mul(forwardGraph(steps)(tensors[0]!, tensors[1]!), tensors[1]!));
        return [
          forwardGraph(steps)(inputs[0]!, inputs[1]!),
          ...tf.grads((...tensors) => tf.add(loss(...tensors), tf.sum(tf.mul(tensors[0]!, tensors[1]!))))(inputs),
        ];
      };
      const inputs = [hostTensor(a, shape), hostTensor(b, shape)];
      const compiled = executor.compile(fn);
      expectClose(await compiled(inputs), await eagerExecutor().compile(fn)(inputs), tolerance.gradient);
      await compiled.dispose();
    }),
    { seed: 12, numRuns: 150 },
  );
  await useBackend('cpu');
}, 120_000);

/** Functions with a kink, where finite differences do not approximate a derivative. */
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
        async () => (await gradients({})).map(({ data }) => data),
        async () => {
          await executor.push(variables);
          return (await value({})).data[0]!;
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
