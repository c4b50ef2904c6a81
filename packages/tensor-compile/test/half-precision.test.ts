import { seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, exportOnnx, type HostTensor, hostTensor } from '../src/index';
import { toFloat16 } from '../src/onnx/float16';
import { expectClose } from './close';
import { batches, model, momentum } from './small-model';
import { graphBehindProducts, graphs } from './smooth-graphs';

let executor: Executor;
beforeAll(async () => {
  await useBackend('cpu');
  executor = await createExecutor({ provider: 'cpu', threads: 1 });
});
afterAll(() => executor.dispose());

const HALF = { precision: 'float16' } as const;
const eager = eagerExecutor();
const valuesOf = async (result: Promise<HostTensor>) => [...(await result).data];

describe('rounding to half precision', () => {
  /** The definition: sign, five bits of exponent, ten of fraction. */
  const decoded = (bits: number): number => {
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    return (bits >> 15 ? -1 : 1) * (exponent === 31 ? (fraction ? Number.NaN : Number.POSITIVE_INFINITY) : size);
  };
  const rounded = (...numbers: number[]) => [...toFloat16(Float32Array.from(numbers))];

  test('keeps every half as it is', () => {
    const all = Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => !Number.isNaN(decoded(bits)));
    expect(rounded(...all.map(decoded))).toEqual(all);
    expect(decoded(rounded(Number.NaN)[0]!)).toBeNaN();
  });

  test('takes the even one of two neighbours in the middle, and the nearer one beside it', () => {
    // Up to 65,504; what would come next, 65,536, is where infinity begins.
    const below = Array.from({ length: 0x7bff }, (_, bits) => bits);
    const middle = below.map((bits) => (decoded(bits) + decoded(bits + 1)) / 2);
    expect(rounded(...middle)).toEqual(below.map((bits) => bits + (bits & 1)));
    expect(rounded(...middle.map((x) => x * (1 - 2 ** -23)))).toEqual(below);
    expect(rounded(...middle.map((x) => x * (1 + 2 ** -23)))).toEqual(below.map((bits) => bits + 1));
    expect(rounded(...middle.map((x) => -x))).toEqual(below.map((bits) => (bits + (bits & 1)) | 0x8000));
    expect(rounded(65519.99, 65520, -1e30)).toEqual([0x7bff, 0x7c00, 0xfc00]);
  });
});

test('a small language model is close to itself in float32, and its weights take half the space', async () => {
  const { w, variables, loss, dispose } = model(5);
  const [batch] = batches(6, 1);
  const hidden = ({ ids }: { ids: tf.Tensor }) => tf.matMul(tf.gather(w.embedding, ids), w.up);
  const fn = (inputs: Parameters<typeof loss>[0]) => ({ loss: loss(inputs), hidden: hidden(inputs) });
  const expected = await eager.compile(fn)(batch!);
  const frozen = await executor.compile(fn, HALF)(batch!);
  expectClose(frozen, expected, tolerance.halfPrecision);
  expect(frozen).not.toEqual(await executor.compile(fn)(batch!));
  expectClose(await executor.compile(fn, { ...HALF, state: variables })(batch!), expected, tolerance.halfPrecision);
  dispose();

  const random = seededRandom(1);
  const wide = tf.tensor(Float32Array.from({ length: 128 * 128 }, random), [128, 128]);
  const product = (x: tf.Tensor) => tf.matMul(x, wide);
  const example = hostTensor(new Float32Array(128), [1, 128]);
  const [full, half] = [exportOnnx(product, example), exportOnnx(product, example, HALF)];
  expect(full.length).toBeGreaterThan(128 * 128 * 4);
  expect(half.length).toBeLessThan(128 * 128 * 2 + 1000);
  wide.dispose();
});

test('random graphs are close to the eager ones', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async ({ steps, shape, a, b }) => {
      const fn = graphBehindProducts(steps);
      const inputs = { a: hostTensor(a, shape), b: hostTensor(b, shape) };
      const compiled = executor.compile(fn, HALF);
      expectClose(await compiled(inputs), await eager.compile(fn)(inputs), tolerance.halfPrecisionGraph);
      await compiled.dispose();
    }),
    { seed: 8, numRuns: 100 },
  );
}, 120_000);

describe('what half precision cannot hold stays float32', () => {
  const eye = () => tf.eye(2) as tf.Tensor2D;
  const row = hostTensor([300, -0.5], [1, 2]);

  test('a mask of −10⁹, also of a whole row', async () => {
    const fn = (x: tf.Tensor) => tf.softmax(tf.add(tf.matMul(x, eye()), tf.tensor([[-1e9, -1e9]])));
    expectClose(await executor.compile(fn, HALF)(row), await eager.compile(fn)(row), tolerance.halfPrecision);
  });

  test('squares, sums and small numbers', async () => {
    const fn = (x: tf.Tensor) => {
      const y = tf.matMul(x, eye());
      return [tf.square(y), tf.sum(tf.tile(y, [1, 1000])), tf.div(1, tf.add(tf.sub(y, y), 1e-6)), tf.mul(y, 1e6)];
    };
    expectClose(await executor.compile(fn, HALF)(row), await eager.compile(fn)(row), tolerance.halfPrecision);
  });

  test('inputs, and variables that are assigned', async () => {
    const count = tf.variable(tf.scalar(4096));
    const step = (x: tf.Tensor) => {
      count.assign(tf.add(count, 1) as tf.Scalar);
      return tf.add(x, 0.125);
    };
    const compiled = executor.compile(step, { ...HALF, state: [count] });
    expect(await valuesOf(compiled(hostTensor([4096], [1])))).toEqual([4096.125]);
    await compiled(hostTensor([4096], [1]));
    await executor.pull([count]);
    expect(count.dataSync()[0]).toBe(4098);
    count.dispose();
  });
});

test('training steps and unknown precisions are refused', () => {
  const { variables, loss, dispose } = model(2);
  const optimizer = momentum(variables, 0);
  for (const engine of [executor, eager]) {
    expect(() => engine.compileStep(loss, optimizer, variables, { precision: 'float16' as never })).toThrow(
      /'float16'.*gradients.*smaller than the smallest float16/,
    );
    expect(() => engine.compile(loss, { precision: 'half' as never })).toThrow(/'half'.*'float32' or 'float16'/);
  }
  expect(() => exportOnnx((x: tf.Tensor) => x, hostTensor([1], [1]), { precision: 'int8' as never })).toThrow(/'int8'/);
  optimizer.dispose();
  dispose();
});
