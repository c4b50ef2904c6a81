import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, hostTensor, softmaxCrossEntropy } from '../src/index';
import { expectClose } from './close';

let compiled: Executor;
beforeAll(async () => {
  await useBackend('cpu');
  compiled = await createExecutor({ provider: 'cpu', threads: 1 });
});
afterAll(() => compiled.dispose());

const LENGTH = 4;
const table = () => tf.tensor2d([...Array(LENGTH * 3).keys()], [LENGTH, 3]);
const column = (ids: tf.Tensor) => tf.reshape(ids, [-1, 1]);
const ones = (ids: tf.Tensor) => tf.ones([ids.size, 3]);

/** Operations that take indices of 0 … LENGTH − 1. */
const takers: Record<string, (ids: tf.Tensor1D) => tf.Tensor> = {
  gather: (ids) => tf.gather(table(), ids),
  'gather of columns': (ids) => tf.gather(tf.transpose(table()), ids, 1),
  'gather by batch': (ids) => tf.gather(tf.reshape(table(), [1, LENGTH, 3]), tf.reshape(ids, [1, -1]), 1, 1),
  gatherND: (ids) => tf.gatherND(table(), column(ids)),
  'gatherND of two axes': (ids) => tf.gatherND(table(), tf.concat([column(ids), tf.zerosLike(column(ids))], 1)),
  scatterND: (ids) => tf.scatterND(column(ids), ones(ids), [LENGTH, 3]),
  tensorScatterUpdate: (ids) =>
    tf.tensorScatterUpdate(table(), column(ids), tf.add(tf.mul(ones(ids), column(ids)), 50)),
  softmaxCrossEntropy: (ids) =>
    softmaxCrossEntropy(tf.mul(tf.ones([ids.size, LENGTH]), tf.range(0, LENGTH)) as tf.Tensor2D, ids),
  'the gradient of a gather': (ids) => tf.grad((t) => tf.sum(tf.square(tf.gather(t, ids))))(table()),
};

/** How the indices reach the operation: as they are given, moved, cut, or computed. */
const ways: Record<string, (ids: tf.Tensor1D) => tf.Tensor> = {
  given: (ids) => ids,
  moved: (ids) => tf.reshape(tf.transpose(tf.reshape(ids, [1, -1])), [-1]),
  cut: (ids) => tf.slice(ids, 1),
  computed: (ids) => tf.sub(tf.add(ids, tf.onesLike(ids)), tf.onesLike(ids)),
  'cast from floats': (ids) => tf.cast(tf.cast(ids, 'float32'), 'int32'),
};

const inside = fc.integer({ min: 0, max: LENGTH - 1 });
const outside = fc.constantFrom(-1, -LENGTH, -LENGTH - 1, LENGTH, LENGTH + 3, -(2 ** 31), 2 ** 31 - 1);

describe.each(Object.keys(takers))('%s', (taker) => {
  const call = (executor: Executor, way: string) =>
    executor.compile((ids: tf.Tensor1D) => takers[taker]!(ways[way]!(ids) as tf.Tensor1D), { name: 'lookup' });

  test.each(Object.keys(ways))('takes indices that exist, and refuses every other one: %s', async (way) => {
    const [run, oracle] = [call(compiled, way), call(eagerExecutor(), way)];
    await fc.assert(
      fc.asyncProperty(
        fc.array(inside, { minLength: 3, maxLength: 3 }),
        fc.option(fc.record({ at: fc.nat(2), id: outside }), { nil: undefined }),
        async (ids, bad) => {
          const given = ids.map((id, i) => (i === bad?.at ? bad.id : id));
          const input = hostTensor(given, [3], 'int32');
          const taken = way === 'cut' ? given.slice(1) : given;
          if (taken.every((id) => id >= 0 && id < LENGTH)) expectClose(await run(input), await oracle(input), 1e-5);
          else {
            await expect(expectConservesTensors(() => run(input))).rejects.toThrow(/'lookup'/);
            await expect(oracle(input)).rejects.toThrow();
          }
        },
      ),
      { seed: 5, numRuns: 40 },
    );
    await run.dispose();
  });
});

describe('the message', () => {
  const ids = (...values: number[]) => hostTensor(values, [values.length], 'int32');

  test('names the input, the value, what is expected and the line that takes it', async () => {
    const call = compiled.compile(({ words }: { words: tf.Tensor1D }) => tf.gather(table(), words), { name: 'embed' });
    await expect(call({ words: ids(0, -1) })).rejects.toThrow(
      /^'embed': tf\.gather got the index -1 in inputs\.words; expected 0 to 3\. It was called at .*indices\.test\.ts:\d+/,
    );
    // The graph still works.
    expect([...(await call({ words: ids(1) })).data]).toEqual([3, 4, 5]);
  });

  test('says when the function computed the index', async () => {
    const call = compiled.compile((words: tf.Tensor1D) => tf.gather(table(), tf.neg(words)), { name: 'embed' });
    await expect(call(ids(0, 1))).rejects.toThrow(/got the index -1, which it computed itself; expected 0 to 3/);
    await expect(call(ids(0, -4))).rejects.toThrow(/an index that the function computed is outside the tensor/);
  });

  test('of a constant comes when the function is compiled', async () => {
    const call = compiled.compile((x: tf.Tensor) => tf.gather(x, tf.tensor1d([1, 2], 'int32')), { name: 'embed' });
    await expect(call(hostTensor([1, 2], [2]))).rejects.toThrow(/tf\.gather got the index 2; expected 0 to 1/);
  });

  test('of an eager label', () => {
    tf.tidy(() => {
      expect(() => softmaxCrossEntropy(tf.zeros([2, 3]), tf.tensor1d([0, -100], 'int32'))).toThrow(
        'softmaxCrossEntropy got the label -100 in row 1; expected 0 to 2',
      );
    });
  });
});

test('indices for several axes have a limit for each', async () => {
  const call = compiled.compile((ids: tf.Tensor2D) => tf.gatherND(table(), ids));
  expect([...(await call(hostTensor([3, 2], [1, 2], 'int32'))).data]).toEqual([11]);
  // tfjs, which looks at the position in the array alone, would give the next row.
  await expect(call(hostTensor([2, 3], [1, 2], 'int32'))).rejects.toThrow(/tf\.gatherND got the index 3.*0 to 2/);
});

test('a step that meets a bad index changes no weight', async () => {
  const weight = tf.variable(table());
  const loss = ({ ids }: { ids: tf.Tensor1D }) => tf.sum(tf.gather(weight, tf.slice(ids, 1))) as tf.Scalar;
  const step = compiled.compileStep(loss, tf.train.sgd(1), [weight]);
  await expect(step({ ids: hostTensor([0, -1], [2], 'int32') })).rejects.toThrow(/got the index -1/);
  await step({ ids: hostTensor([-1, 0], [2], 'int32') });
  await compiled.pull([weight]);
  expect([...weight.dataSync()]).toEqual([-1, 0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  weight.dispose();
});

test('each part in a thread is checked', async () => {
  const executor = await createExecutor({ provider: 'cpu', threads: 2 });
  const weight = tf.variable(table());
  const loss = (ids: tf.Tensor1D) => tf.sum(tf.gather(weight, tf.slice(ids, 1))) as tf.Scalar;
  const step = executor.compileParallelStep(loss, tf.train.sgd(1), [weight]);
  const [good, bad] = [hostTensor([9, 0], [2], 'int32'), hostTensor([0, -1], [2], 'int32')];
  for (const parts of [
    [good, bad],
    [bad, good],
  ])
    await expect(step(parts)).rejects.toThrow(/got the index -1/);
  expect((await step([good, good])).loss).toBe(3);
  await executor.dispose();
  weight.dispose();
});

test('no indices, and nothing to index', async () => {
  const call = compiled.compile(({ from, ids }: { from: tf.Tensor2D; ids: tf.Tensor1D }) => tf.gather(from, ids));
  const result = await call({ from: hostTensor([1, 2], [1, 2]), ids: hostTensor([], [0], 'int32') });
  expect(result).toMatchObject({ shape: [0, 2] });
  await expect(call({ from: hostTensor([], [0, 2]), ids: hostTensor([0], [1], 'int32') })).rejects.toThrow(
    /expected none, since there is nothing to index/,
  );
});

test('tf.topk refuses NaN, and ranks infinities', async () => {
  const call = compiled.compile((x: tf.Tensor2D) => tf.topk(x, 2));
  const { values, indices } = await call(hostTensor([1, Infinity, -Infinity, 3], [2, 2]));
  expect([...values.data]).toEqual([Infinity, 1, 3, -Infinity]);
  expect([...indices.data]).toEqual([1, 0, 1, 0]);
  await expect(call(hostTensor([1, Infinity, -Infinity, Number.NaN], [2, 2]))).rejects.toThrow(
    /tf\.topk got NaN, which has no rank/,
  );
});
