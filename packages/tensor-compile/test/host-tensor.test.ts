import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { dataOf, eagerExecutor, fromTensor, type HostTensor, type HostTree, hostTensor, toTensor } from '../src/index';

beforeAll(() => useBackend('cpu'));

test('takes the type from the array, or as given', () => {
  expect(hostTensor([1, 2], [2])).toEqual({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
  expect(hostTensor(Int32Array.of(1), [])).toEqual({ dtype: 'int32', shape: [], data: Int32Array.of(1) });
  expect(hostTensor(Uint8Array.of(1, 0), [2, 1]).dtype).toBe('bool');
  expect(hostTensor([1, 2], [2], 'int32').data).toEqual(Int32Array.of(1, 2));
  const data = Float32Array.of(1, 2);
  expect(hostTensor(data, [2]).data).toBe(data);
});

test('takes token ids as tokenizers give them, and integers of every width', () => {
  expect(hostTensor(BigInt64Array.of(5n, -1n, 2n ** 31n - 1n), [3])).toEqual({
    dtype: 'int32',
    shape: [3],
    data: Int32Array.of(5, -1, 2 ** 31 - 1),
  });
  for (const array of [Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Uint32Array])
    expect(hostTensor(array.of(7, 3), [2])).toEqual({ dtype: 'int32', shape: [2], data: Int32Array.of(7, 3) });
  expect(hostTensor(BigUint64Array.of(9n), [1], 'float32').data).toEqual(Float32Array.of(9));
  expect(hostTensor([1n, 2n], [2], 'int32').data).toEqual(Int32Array.of(1, 2));
});

test('refuses numbers that the type does not hold', () => {
  expect(() => hostTensor(BigInt64Array.of(0n, 2n ** 31n), [2])).toThrow(
    "hostTensor got 2147483648 at position 1 for type 'int32', which holds whole numbers of −2³¹ … 2³¹ − 1",
  );
  expect(() => hostTensor(BigInt64Array.of(-(2n ** 40n)), [1])).toThrow('got -1099511627776 at position 0');
  expect(() => hostTensor([1, 2.5], [2], 'int32')).toThrow("got 2.5 at position 1 for type 'int32'");
  expect(() => hostTensor([Number.NaN], [1], 'int32')).toThrow('got NaN at position 0');
  expect(() => hostTensor(Uint32Array.of(2 ** 32 - 1), [1])).toThrow('got 4294967295');
  expect(() => hostTensor(Uint8Array.of(1, 200), [2])).toThrow(
    "got 200 at position 1 for type 'bool', which holds 0 and 1; correct the value or give the type 'int32'",
  );
  expect(hostTensor(Uint8Array.of(1, 200), [2], 'int32').data).toEqual(Int32Array.of(1, 200));
});

test('gives the values of a known type, and refuses another one', () => {
  const ids = dataOf(hostTensor([1, 2], [2], 'int32'), 'int32');
  expectTypeOf(ids).toExtend<Int32Array>();
  expect(ids).toEqual(Int32Array.of(1, 2));
  expect(() => dataOf(hostTensor([1, 2], [2]), 'int32')).toThrow("got a tensor of type 'float32'; expected 'int32'");
});

test('survives the way through tfjs, without sharing memory', () => {
  for (const host of [
    hostTensor([1.5, -2], [2, 1]),
    hostTensor(Int32Array.of(3), []),
    hostTensor(Uint8Array.of(0, 1), [2]),
  ]) {
    const before = tf.memory().numTensors;
    const tensor = toTensor(host);
    expect(tensor.dtype).toBe(host.dtype);
    host.data[0] = 1;
    const back = fromTensor(tensor);
    back.data.fill(9);
    expect(tensor.dataSync()[0]).not.toBe(9);
    tensor.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(back.shape).toEqual(host.shape);
  }
});

test('refuses what does not fit', () => {
  expect(() => hostTensor([1, 2, 3], [2])).toThrow(/3 values.*\[2\] needs 2/);
  expect(() => hostTensor([1], [1], 'float64' as 'float32')).toThrow(/'float64'/);
  expect(() => hostTensor([], [-1])).toThrow(/\[-1\]/);
  expect(() => toTensor({ dtype: 'int32', shape: [1], data: new Float32Array(1) })).toThrow(
    /must be a Int32Array; got a Float32Array/,
  );
  tf.tidy(() => {
    expect(() => fromTensor(tf.tensor(['a']))).toThrow(/'string'/);
  });
});

test('a compiled function has the type of its function, with host tensors in place of tensors', () => {
  interface Inputs {
    ids: tf.Tensor2D;
    mask?: tf.Tensor2D;
  }
  const compiled = eagerExecutor().compile(({ ids }: Inputs) => ({ layers: [ids], all: { ids } }));
  expectTypeOf(compiled).parameter(0).toEqualTypeOf<{ ids: HostTensor; mask?: HostTensor }>();
  expectTypeOf(compiled).returns.resolves.toEqualTypeOf<{ layers: [HostTensor]; all: { ids: HostTensor } }>();
  const list = eagerExecutor().compile((x: tf.Tensor) => tf.unstack(x));
  expectTypeOf(list).returns.resolves.toEqualTypeOf<HostTensor[]>();
  const step = eagerExecutor().compileStep(({ ids }: Inputs) => tf.sum(ids) as tf.Scalar, tf.train.sgd(1), [
    tf.variable(tf.scalar(1)),
  ]);
  expectTypeOf(step).parameter(0).toEqualTypeOf<{ ids: HostTensor; mask?: HostTensor }>();
  const ids = hostTensor([1], [1, 1], 'int32');
  // @ts-expect-error: no such input
  void (() => compiled({ ids, maks: ids }));
  // @ts-expect-error: an input is missing
  void (() => step({ mask: ids }));
  const anything = eagerExecutor().compile((inputs) => inputs);
  expectTypeOf(anything).parameter(0).toEqualTypeOf<HostTree>();
});
