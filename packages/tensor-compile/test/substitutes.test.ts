import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, type HostTensor, hostTensor } from '../src/index';

let executors: Record<'eager' | 'compiled', Executor>;
/** The function x ↦ 2 ((x + 1) a) + b, of variables a = 3 and b = 10. */
let a: tf.Variable;
let b: tf.Variable;
beforeAll(async () => {
  await useBackend('cpu');
  executors = { eager: eagerExecutor(), compiled: await createExecutor({ provider: 'cpu', threads: 1 }) };
  [a, b] = [tf.variable(tf.tensor1d([3])), tf.variable(tf.tensor1d([10]))];
});
afterAll(async () => {
  await executors.compiled.dispose();
  tf.dispose([a, b]);
});

const fn = (x: tf.Tensor) => tf.add(tf.mul(tf.mul(tf.add(x, 1), a), 2), b);
const one = hostTensor([1], [1]);
const datum = async (result: Promise<HostTensor>) => (await result).data[0];

describe.each(['eager', 'compiled'] as const)('%s', (kind) => {
  test('one graph reads other variables, for that call only', async () => {
    let traces = 0;
    const other = tf.variable(tf.tensor1d([5]));
    const call = executors[kind].compile(
      (x: tf.Tensor) => {
        traces++;
        return fn(x);
      },
      { state: [a, b] },
    );
    expect(await datum(call(one))).toBe(22);
    expect(await datum(call(one, new Map([[a, other]])))).toBe(30);
    expect(await datum(call(one, new Map([[a, b], [b, a]])))).toBe(43); // biome-ignore format: short
    expect(await datum(call(one, new Map([[b, a]])))).toBe(15);
    expect(await datum(call(one))).toBe(22);
    expect([a, b, other].map((variable) => variable.dataSync()[0])).toEqual([3, 10, 5]);
    if (kind === 'compiled') expect(traces).toBe(1);
    other.dispose();
  });

  test('a returned substitute is a copy, and nothing leaks', async () => {
    const call = executors[kind].compile((x: tf.Tensor) => [a, tf.add(x, a)], { state: [a] });
    await expectConservesTensors(async () => {
      const [first] = await call(one, new Map([[a, b]]));
      expect(first.data[0]).toBe(10);
    });
    expect([a, b].map((variable) => variable.dataSync()[0])).toEqual([3, 10]);
  });

  test('reads what a step made of the substitute', async () => {
    const counter = tf.variable(tf.tensor1d([0]));
    const next = executors[kind].compile(
      (x: tf.Tensor) => {
        counter.assign(tf.add(counter, x) as tf.Tensor1D);
        return counter;
      },
      { state: [counter] },
    );
    const call = executors[kind].compile(fn, { state: [a, b] });
    await next(one);
    await next(one);
    expect(await datum(call(one, new Map([[a, counter]])))).toBe(18);
    counter.dispose();
  });

  test('refuses substitutes that do not fit', async () => {
    const call = executors[kind].compile(fn, { state: [a], name: 'line' });
    const wide = tf.variable(tf.tensor1d([1, 2]));
    await expect(call(one, new Map([[b, a]]))).rejects.toThrow(/'line'.*frozen into its graph; list it in 'state'/);
    await expect(call(one, new Map([[a, wide]]))).rejects.toThrow(
      /shape \[2\] as a substitute.*shape \[1\]; shape and type must be equal/,
    );
    wide.dispose();
    const gone = tf.variable(tf.tensor1d([1]), true, 'gone');
    gone.dispose();
    await expect(call(one, new Map([[a, gone]]))).rejects.toThrow("'gone' was disposed");
    const assigning = executors[kind].compile(
      (x: tf.Tensor) => {
        a.assign(tf.add(a, x) as tf.Tensor1D);
        return a;
      },
      { state: [a], name: 'grow' },
    );
    await expectConservesTensors(async () => {
      await expect(assigning(one, new Map([[a, b]]))).rejects.toThrow(/'grow' assigns the variable/);
    });
    expect([a, b].map((variable) => variable.dataSync()[0])).toEqual([3, 10]);
  });
});
