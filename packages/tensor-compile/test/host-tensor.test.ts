import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { eagerExecutor, fromTensor, type HostTensor, type HostTree, hostTensor, toTensor } from '../src/index';

beforeAll(() => useBackend('cpu'));

test('takes the type from the array, or as told', () => {
  expect(hostTensor([1, 2], [2])).toEqual({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
  expect(hostTensor(Int32Array.of(1), [])).toEqual({ dtype: 'int32', shape: [], data: Int32Array.of(1) });
  expect(hostTensor(Uint8Array.of(1, 0), [2, 1]).dtype).toBe('bool');
  expect(hostTensor([1, 2], [2], 'int32').data).toEqual(Int32Array.of(1, 2));
  const data = Float32Array.of(1, 2);
  expect(hostTensor(data, [2]).data).toBe(data);
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
  expectTypeOf(compiled).returns.resolves.toEqualTypeOf<{ layers: HostTensor[]; all: { ids: HostTensor } }>();
  const anything = eagerExecutor().compile((inputs) => inputs);
  expectTypeOf(anything).parameter(0).toEqualTypeOf<HostTree>();
});
