import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, fromTensor, hostTensor } from '../src/index';
import { expectClose } from './close';
import { batches, model, momentum, values } from './small-model';

beforeAll(() => useBackend('cpu'));

const WEIGHTS = [3, 1, 0.5];
const STEPS = 4;
/** `STEPS` batches of `count` parts of five rows. */
const partsOf = (count: number) => {
  const all = batches(2, STEPS * count);
  return Array.from({ length: STEPS }, (_, i) => all.slice(i * count, (i + 1) * count));
};

/** Trains a small model; gives what the steps reported, and weights and slots afterwards. */
async function train(engine: Executor, count: number, weights?: number[]) {
  const { variables, loss, dispose } = model(1);
  const optimizer = momentum(variables, 0.9);
  const step = engine.compileParallelStep(loss, optimizer, variables);
  const reports = [];
  for (const [i, parts] of partsOf(count).entries()) reports.push(await step(parts, { rate: 0.1 / (1 + i) }, weights));
  await engine.pull([...variables, ...optimizer.slots]);
  const result = { reports, weights: values(variables), slots: values([...optimizer.slots]) };
  await step.dispose();
  optimizer.dispose();
  dispose();
  return result;
}

async function onThreads<T>(threads: number, use: (executor: Executor) => Promise<T>): Promise<T> {
  const executor = await createExecutor({ provider: 'cpu', threads });
  try {
    return await use(executor);
  } finally {
    await executor.dispose();
  }
}

describe('compileParallelStep', () => {
  for (const [how, threads, count, started] of [
    ['in threads of their own', 3, 3, 2],
    ['with threads to divide', 5, 2, 1],
    ['in one graph, for want of threads', 1, 3, 0],
    ['alone', 2, 1, 0],
  ] as const)
    test(`parts ${how} give the reports, weights and slots of the eager loop`, async () => {
      const weights = WEIGHTS.slice(0, count);
      const expected = await train(eagerExecutor(), count, weights);
      const before = tf.memory().numTensors;
      let workers = 0;
      const note = () => workers++;
      process.on('worker', note);
      const actual = await onThreads(threads, (executor) => train(executor, count, weights));
      process.off('worker', note);
      expect(workers).toBe(started);
      expect(tf.memory().numTensors).toBe(before);
      expect(new Set(expected.reports.map(({ loss }) => loss)).size).toBe(STEPS);
      actual.reports.forEach((report, i) => {
        expect(report.loss).toBeCloseTo(expected.reports[i]!.loss, 5);
        expect(report.squaredNorm).toBeCloseTo(expected.reports[i]!.squaredNorm!, 4);
      });
      expectClose(actual.weights, expected.weights, tolerance.gradient);
      expectClose(actual.slots, expected.slots, tolerance.gradient);
    });

  test('with the numbers of rows as weights, parts are the whole batch', async () => {
    const [first, second] = batches(3, 2);
    const both = {
      ids: hostTensor([...first!.ids.data, ...second!.ids.data], [10], 'int32'),
      labels: hostTensor([...first!.labels.data, ...second!.labels.data], [10], 'int32'),
    };
    const weightsAfter = (take: (executor: Executor, made: ReturnType<typeof model>) => Promise<unknown>) =>
      onThreads(2, async (executor) => {
        const made = model(4);
        await take(executor, made);
        await executor.pull();
        const weights = values(made.variables);
        made.dispose();
        return weights;
      });
    const whole = await weightsAfter((executor, { loss, variables }) =>
      executor.compileStep(loss, tf.train.sgd(0.5), variables)(both),
    );
    const parts = await weightsAfter((executor, { loss, variables }) =>
      executor.compileParallelStep(loss, tf.train.sgd(0.5), variables)([first!, second!], undefined, [5, 5]),
    );
    expectClose(parts, whole, tolerance.gradient);
  });

  test('an optimiser of tfjs keeps its moments and counts its steps', async () => {
    const run = async (engine: Executor) => {
      const { variables, loss } = model(3);
      const optimizer = tf.train.adam(0.05);
      const step = engine.compileParallelStep(loss, optimizer, variables);
      for (const parts of partsOf(2)) await step(parts);
      await engine.pull();
      const slots = (await optimizer.getWeights()).map(({ tensor }: { tensor: tf.Tensor }) => fromTensor(tensor));
      return { weights: values(variables), slots, iterations: optimizer.iterations };
    };
    const expected = await run(eagerExecutor());
    const actual = await onThreads(2, run);
    expectClose(actual.weights, expected.weights, tolerance.gradient * 10);
    expectClose(actual.slots, expected.slots, tolerance.gradient * 10);
    expect(actual.iterations).toBe(expected.iterations);
  });

  test('the same parts give the same bytes', async () => {
    const [one, other] = [await onThreads(2, (e) => train(e, 2)), await onThreads(2, (e) => train(e, 2))];
    expect(one).toEqual(other);
  });

  test('other functions of the executor see the weights, and a push changes them', () =>
    onThreads(2, async (executor) => {
      const w = tf.variable(tf.tensor1d([1, 2]));
      const x = hostTensor([1, 1], [2]);
      const step = executor.compileParallelStep((x: tf.Tensor) => tf.sum(tf.mul(w, x)) as tf.Scalar, tf.train.sgd(1), [
        w,
      ]);
      const read = executor.compile(() => w.clone(), { state: [w] });
      expect((await step([x, x])).loss).toBe(3);
      expect([...(await read({})).data]).toEqual([0, 1]);
      w.assign(tf.tensor1d([5, 5]));
      await executor.push([w]);
      expect((await step([x, x])).loss).toBe(10);
      w.dispose();
    }));

  test('a loss that is not finite leaves the weights as they were', () =>
    onThreads(2, async (executor) => {
      const w = tf.variable(tf.scalar(1));
      const step = executor.compileParallelStep(
        (x: tf.Tensor) => tf.log(tf.mul(w, x)) as tf.Scalar,
        tf.train.sgd(0.1),
        [w],
        { name: 'logarithm' },
      );
      const [one, less] = [hostTensor([1], []), hostTensor([-1], [])];
      await step([one, one]);
      await expect(step([one, less])).rejects.toThrow(/loss of step 2 of 'logarithm' is NaN.*weights are unchanged/);
      await executor.pull();
      expect(w.dataSync()[0]).toBeCloseTo(0.9, 6);
      expect((await step([one, one])).loss).toBeCloseTo(Math.log(0.9), 6);
      w.dispose();
    }));

  test('constants of the loss reach every thread', () =>
    onThreads(2, async (executor) => {
      const [w, table] = [tf.variable(tf.scalar(1)), tf.range(0, 1000)];
      const loss = (i: tf.Tensor) => tf.mul(w, tf.sum(tf.gather(table, tf.cast(i, 'int32')))) as tf.Scalar;
      const step = executor.compileParallelStep(loss, tf.train.sgd(0), [w]);
      expect((await step([hostTensor([10], [1], 'int32'), hostTensor([500], [1], 'int32')])).loss).toBe(255);
      tf.dispose([w, table]);
    }));

  test('a thread that exits is an error, and the weights stay', () =>
    onThreads(2, async (executor) => {
      const w = tf.variable(tf.scalar(1));
      const step = executor.compileParallelStep((x: tf.Tensor) => tf.mul(w, x) as tf.Scalar, tf.train.sgd(0.1), [w], {
        name: 'product',
      });
      const x = hostTensor([1], []);
      const started = new Promise<Worker>((resolve) => process.once('worker', resolve));
      await step([x, x]);
      await (await started).terminate();
      await expect(step([x, x])).rejects.toThrow(/A thread of 'product' on onnxruntime cpu.* exited with code 1/);
      await executor.pull();
      expect(w.dataSync()[0]).toBeCloseTo(0.9, 6);
      w.dispose();
    }));

  for (const make of [() => createExecutor({ provider: 'cpu', threads: 2 }), async () => eagerExecutor()])
    test('wrong parts and weights are refused, and nothing runs', async () => {
      const executor = await make();
      const { loss, variables, dispose } = model(5);
      const step = executor.compileParallelStep(loss, tf.train.sgd(1), variables, { name: 'training' });
      const [five] = batches(1, 1);
      const [four] = batches(1, 1, 4);
      const before = values(variables);
      await expect(step([])).rejects.toThrow(/'training' takes an array of at least one part/);
      await expect(step([five!, four!])).rejects.toThrow(
        /parts that differ: part 0 is .*int32\[5\].*part 1 is .*int32\[4\]/,
      );
      await expect(step([five!, five!], undefined, [1])).rejects.toThrow(/1 weights for 2 parts/);
      await expect(step([five!, five!], undefined, [2, -1])).rejects.toThrow(
        /the weights 2, -1; expected none below 0/,
      );
      await expect(step([five!, five!], undefined, [0, 0])).rejects.toThrow(/the weights 0, 0/);
      await executor.pull();
      expect(values(variables)).toEqual(before);
      await step.dispose();
      await expect(step([five!])).rejects.toThrow(/'training' was disposed/);
      await executor.dispose();
      dispose();
    });

  test('its threads do not keep a process alive', () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@interlayer/source', join(import.meta.dirname, 'children/parallel.ts')],
      { cwd: join(import.meta.dirname, '../../..'), encoding: 'utf8', timeout: 60_000 },
    );
    expect(status, stderr).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe('2');
  });
});
