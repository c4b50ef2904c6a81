import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seededRandom, temporaryFolder, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { eagerExecutor, exportOnnx, exportOnnxFile, gelu, type HostTensor, hostTensor, layerNorm } from '../src/index';
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

test('an exported model refuses a negative index, which ONNX would count from the end', async () => {
  const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
  const fn = ({ ids, at }: { ids: tf.Tensor1D; at: tf.Tensor2D }) => [tf.gather(table, ids), tf.gatherND(table, at)];
  const run = async (id: number, at: number[]) => {
    const inputs = { ids: hostTensor([id], [1], 'int32'), at: hostTensor(at, [1, 2], 'int32') };
    const session = await ort.InferenceSession.create(exportOnnx(fn, inputs), { logSeverityLevel: 4 });
    return session.run({
      ids: new ort.Tensor('int32', inputs.ids.data as Int32Array, [1]),
      at: new ort.Tensor('int32', inputs.at.data as Int32Array, [1, 2]),
    });
  };
  const found = await run(2, [0, 1]);
  expect(Object.values(found).map(({ data }) => [...(data as Float32Array)])).toEqual([[5, 6], [2]]);
  await expect(run(-1, [0, 1])).rejects.toThrow(/out of data bounds/);
  await expect(run(2, [0, -1])).rejects.toThrow(/invalid index/);
  table.dispose();
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

describe('exported to files', () => {
  /** Two weights and a bias of their own, and a constant so small that it stays in the model. */
  const example = () => {
    const random = seededRandom(3);
    const make = (shape: number[]) =>
      tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random), shape);
    const weights = [make([64, 300]), make([300]), make([300, 5]), make([5])];
    const [up, bias, down, last] = weights;
    const fn = (x: tf.Tensor) => tf.add(tf.matMul(tf.tanh(tf.add(tf.matMul(x, up!), bias!)), down!), last!);
    const x = hostTensor(Float32Array.from({ length: 128 }, random), [2, 64]);
    return { fn, x, dispose: () => tf.dispose(weights) };
  };
  const result = async (path: string, x: HostTensor) => {
    const session = await ort.InferenceSession.create(path);
    const { output } = await session.run({ input: new ort.Tensor('float32', x.data as Float32Array, x.shape) });
    await session.release();
    return hostTensor(output!.data as Float32Array, output!.dims);
  };

  test('a model with its constants in a second file runs in a plain session', async () => {
    const { fn, x, dispose } = example();
    const path = join(await temporaryFolder(), 'dense.onnx');
    for (const precision of ['float32', 'float16'] as const) {
      const written = await exportOnnxFile(fn, x, path, { externalAbove: 0, precision });
      expect(written).toEqual([path, `${path}.data`]);
      // Nothing else is left behind.
      expect(readdirSync(dirname(path)).sort()).toEqual(['dense.onnx', 'dense.onnx.data']);
      const bound = precision === 'float32' ? tolerance.float32 : tolerance.halfPrecision;
      expectClose(await result(path, x), await eagerExecutor().compile(fn)(x), bound);
      const text = readFileSync(path, 'latin1');
      expect(text.length).toBeLessThan(2000);
      const places = [...text.matchAll(/offset[^\d]{2}(\d+)/g)].map(([, digits]) => Number(digits));
      // The first weight takes 76,800 bytes; in half precision the bias is small enough to stay in the model.
      expect(places).toEqual(precision === 'float32' ? [0, 2 * 65536, 3 * 65536] : [0, 65536]);
    }
    dispose();
  });

  test('one file is written if they fit, with the same bytes as in memory', async () => {
    const { fn, x, dispose } = example();
    const path = join(await temporaryFolder(), 'dense.onnx');
    for (const options of [{}, { externalAbove: 100_000 }]) {
      expect(await exportOnnxFile(fn, x, path, options)).toEqual([path]);
      expect(Buffer.compare(readFileSync(path), exportOnnx(fn, x))).toBe(0);
    }
    expect(readdirSync(dirname(path))).toEqual(['dense.onnx']);
    dispose();
  });

  test('an error leaves what was there before, and nothing else', async () => {
    const { fn, x, dispose } = example();
    const folder = await temporaryFolder();
    const path = join(folder, 'dense.onnx');
    // The data cannot take the place of a folder.
    mkdirSync(join(`${path}.data`, 'full'), { recursive: true });
    writeFileSync(path, 'before');
    await expect(exportOnnxFile(fn, x, path, { externalAbove: 0 })).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(folder).sort()).toEqual(['dense.onnx', 'dense.onnx.data']);
    await expect(exportOnnxFile(fn, x, join(folder, 'dense'))).rejects.toThrow(/'.*dense'; expected.*\.onnx/);
    await expect(exportOnnxFile(fn, x, path, { externalAbove: -1 })).rejects.toThrow(/externalAbove -1/);
    dispose();
  });
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
