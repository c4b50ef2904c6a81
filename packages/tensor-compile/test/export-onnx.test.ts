import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { eagerExecutor, exportOnnx, gelu, hostTensor, layerNorm } from '../src/index';
import { expectClose } from './close';
import { model } from './small-model';

beforeAll(() => useBackend('cpu'));

const attention = () => {
  const { w, dispose } = model(11);
  const fn = ({ ids, mask }: { ids: tf.Tensor; mask: tf.Tensor }) => {
    const x = tf.reshape(
      layerNorm(tf.gather(w.embedding, ids), w.gain as tf.Tensor1D, w.bias as tf.Tensor1D, 1e-5),
      [2, 3, 6],
    );
    const scores = tf.add(tf.matMul(x, x, false, true), mask);
    const context = tf.matMul(tf.softmax(scores), x);
    const hidden = gelu(tf.add(tf.matMul(tf.reshape(context, [6, 6]), w.up), w.upBias), 'tanh');
    return { layers: [{ hidden, scores }], best: tf.argMax(hidden, 1) };
  };
  const inputs = {
    ids: hostTensor(Int32Array.of(0, 3, 6, 1, 1, 2), [2, 3]),
    mask: hostTensor([0, 0, -1e9, 0, 0, 0], [2, 1, 3]),
  };
  return { fn, inputs, dispose };
};

test('an exported model runs in a plain session and equals the function', async () => {
  const { fn, inputs, dispose } = attention();
  const before = tf.memory().numTensors;
  const bytes = exportOnnx(fn, inputs);
  expect(tf.memory().numTensors).toBe(before);
  const session = await ort.InferenceSession.create(bytes);
  expect([...session.inputNames].sort()).toEqual(['ids', 'mask']);
  const results = await session.run({
    ids: new ort.Tensor('int32', inputs.ids.data as Int32Array, [2, 3]),
    mask: new ort.Tensor('float32', inputs.mask.data as Float32Array, [2, 1, 3]),
  });
  const host = (name: string) =>
    ({ dtype: results[name]!.type, shape: [...results[name]!.dims], data: results[name]!.data }) as never;
  const actual = { layers: [{ hidden: host('layers.0.hidden'), scores: host('layers.0.scores') }], best: host('best') };
  expectClose(actual, await eagerExecutor().compile(fn)(inputs), tolerance.float32);
  await session.release();
  dispose();
});

test('the same function gives the same bytes, also after other traces', async () => {
  const { fn, inputs, dispose } = attention();
  const first = exportOnnx(fn, inputs);
  exportOnnx((x: tf.Tensor) => tf.square(x), hostTensor([1, 2], [2]));
  expect(Buffer.compare(first, exportOnnx(fn, inputs))).toBe(0);
  dispose();
});

test('lone tensors, names that inputs share with outputs, and outputs that are constants', async () => {
  const session = await ort.InferenceSession.create(exportOnnx((x: tf.Tensor) => tf.add(x, x), hostTensor([1], [1])));
  expect([session.inputNames, session.outputNames]).toEqual([['input'], ['output']]);
  const both = await ort.InferenceSession.create(
    exportOnnx(({ x }: { x: tf.Tensor }) => ({ x, zeros: tf.zeros([100]) }), { x: hostTensor([3], [1]) }),
  );
  const results = await both.run({ x: new ort.Tensor('float32', [3], [1]) });
  expect([...(results['x.output']!.data as Float32Array)]).toEqual([3]);
  expect([...(results.zeros!.data as Float32Array)]).toEqual([...new Float32Array(100)]);
});

test('large constants of one number do not swell the file', () => {
  const bytes = exportOnnx(
    (x: tf.Tensor) => tf.concat([x, tf.zeros([1000, 1000]), tf.fill([500, 1000], 3)], 0),
    hostTensor(new Float32Array(1000), [1, 1000]),
  );
  expect(bytes.length).toBeLessThan(1000);
});

test('a model with state is refused', () => {
  const count = tf.variable(tf.scalar(0), false, 'export-count');
  const fn = (x: tf.Tensor) => {
    count.assign(tf.add(count, 1) as tf.Scalar);
    return x;
  };
  expect(() => exportOnnx(fn, hostTensor([1], [1]))).toThrow(/'export-count'.*no state/);
  expect(count.dataSync()[0]).toBe(0);
  count.dispose();
});
