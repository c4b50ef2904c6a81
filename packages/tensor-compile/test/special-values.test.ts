import { tolerance, values } from '@interlayer/test-kit';
import { usePlainBackend } from '@interlayer/test-kit/plain-backend';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  createExecutor,
  type Executor,
  eagerExecutor,
  gelu,
  type HostTensor,
  hostTensor,
  layerNorm,
} from '../src/index';
import { expectClose } from './close';

let compiled: Executor;
beforeAll(async () => {
  // The oracle is tfjs's own JavaScript: its other backends lose some NaNs themselves.
  await usePlainBackend('cpu');
  compiled = await createExecutor({ provider: 'cpu', threads: 1 });
});
afterAll(() => compiled.dispose());

const SPECIAL = [Number.NaN, Infinity, -Infinity, -0, 0, 1, -1, 0.5, -2.5];
/** Too extreme for products and quotients in float32; tfjs computes those in float64 and rounds. */
const EXTREME = [1e-40, 2 ** 31, -3e9, 5e9, 1e15, 88, -104];
/** float32 holds them all, and float64 their products. */
const EDGES = [0, 1, -1, 7, -7, 2 ** 24, -(2 ** 24)];

const float = fc.oneof(fc.constantFrom(...SPECIAL), values(4));
const extremeFloat = fc.oneof(fc.constantFrom(...SPECIAL, ...EXTREME), values(4));
const whole = fc.oneof(fc.constantFrom(...EDGES), fc.integer({ min: -20, max: 20 }));

/** Up to 3 × 40 elements: fewer and more than a processor's vector holds. */
const tensors = (count: number, value: fc.Arbitrary<number>, dtype: 'float32' | 'int32') =>
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 })).chain(([rows, columns]) =>
    fc.array(
      fc
        .array(value, { minLength: rows * columns, maxLength: rows * columns })
        .map((values) => hostTensor(values, [rows, columns], dtype)),
      { minLength: count, maxLength: count },
    ),
  );

type Functions = Record<string, (...inputs: tf.Tensor[]) => tf.Tensor>;

/** Compares all functions at once: one graph for each input. */
async function agree(functions: Functions, inputs: HostTensor[]): Promise<void> {
  const all = (tensors: tf.Tensor[]) =>
    Object.fromEntries(Object.entries(functions).map(([name, fn]) => [name, fn(...tensors)]));
  const call = compiled.compile(all);
  expectClose(await call(inputs), await eagerExecutor().compile(all)(inputs), tolerance.float32);
  await call.dispose();
}

const property = (functions: Functions, count: number, value: fc.Arbitrary<number>, dtype: 'float32' | 'int32') =>
  fc.assert(
    fc.asyncProperty(tensors(count, value, dtype), (inputs) => agree(functions, inputs)),
    { seed: 11, numRuns: 100 },
  );

const unary = ['abs', 'neg', 'relu', 'relu6', 'exp', 'log', 'sqrt', 'tanh', 'sigmoid', 'erf', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'softplus', 'elu', 'selu', 'floor', 'ceil', 'round', 'reciprocal', 'leakyRelu', 'square', 'rsqrt', 'log1p', 'expm1', 'sign', 'step', 'isNaN', 'isInf', 'isFinite'] as const; // biome-ignore format: a list
const binary = ['add', 'sub', 'mul', 'div', 'floorDiv', 'pow', 'maximum', 'minimum', 'squaredDifference', 'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const; // biome-ignore format: a list
const pick = <N extends string>(names: readonly N[]): Functions =>
  Object.fromEntries(names.map((name) => [name, (tf as never as Functions)[name]!]));

describe('NaN, infinities, zeros of both signs and large numbers give what tfjs gives', () => {
  test('functions of one tensor', () =>
    property(
      {
        ...pick(unary),
        'step with a slope': (x) => tf.step(x, 0.25),
        clip: (x) => tf.clipByValue(x, -0.5, 0.75),
        'to int32': (x) => tf.cast(x, 'int32'),
        'to bool': (x) => tf.cast(x, 'bool'),
        'plus zero': (x) => tf.add(x, 0),
        'times one': (x) => tf.mul(x, 1),
        cube: (x) => tf.pow(x, 3),
        gelu: (x) => gelu(x, 'erf'),
        'gelu tanh': (x) => gelu(x, 'tanh'),
      },
      1,
      extremeFloat,
      'float32',
    ));

  test('functions of two tensors', () =>
    property(
      {
        ...pick(binary),
        // To JavaScript 1 to the power of NaN is NaN; to IEEE 754, onnxruntime and tfjs's other backends it is 1.
        pow: (x, y) => tf.pow(tf.where(tf.equal(tf.abs(x), 1), tf.zerosLike(x), x), y),
        prelu: tf.prelu,
        where: (x, y) => tf.where(tf.greater(x, 0), x, y),
        'slope of elu': (dy, y) => tf.engine().runKernel('EluGrad', { dy, y }) as tf.Tensor,
      },
      2,
      float,
      'float32',
    ));

  test('reductions', () =>
    property(
      {
        ...Object.fromEntries(
          Object.entries({ sum: tf.sum, mean: tf.mean, prod: tf.prod, max: tf.max, min: tf.min }).flatMap(
            ([name, reduce]) => [
              [`${name} of rows`, (x: tf.Tensor) => reduce(x, 1)],
              [`${name} of columns`, (x: tf.Tensor) => reduce(x, [0])],
              [`${name} of all`, (x: tf.Tensor) => reduce(x)],
            ],
          ),
        ),
        argMax: (x) => tf.argMax(x, 1),
        argMin: (x) => tf.argMin(x, 0),
        softmax: (x) => tf.softmax(x),
        'log softmax': (x) => tf.logSoftmax(x),
        'log-sum-exp': (x) => tf.logSumExp(x, 1),
        cumsum: (x) => tf.cumsum(x, 1),
        any: (x) => tf.any(tf.cast(x, 'bool'), 1),
        all: (x) => tf.all(tf.cast(x, 'bool'), 0),
        gram: (x) => tf.matMul(x, x, false, true),
        'layer norm': (x) => layerNorm(x, tf.ones([x.shape[1]!]), tf.zeros([x.shape[1]!]), 0.1),
      },
      1,
      float,
      'float32',
    ));

  test('functions of whole numbers', () =>
    property(
      {
        ...pick(['abs', 'neg', 'relu', 'sign', 'step', 'square', 'round', 'selu', 'leakyRelu', 'exp', 'isNaN']),
        clip: (x) => tf.clipByValue(x, -3, 5),
        'to float32': (x) => tf.cast(x, 'float32'),
        sum: (x) => tf.sum(x, 1),
        mean: (x) => tf.mean(tf.clipByValue(x, -99, 99), 1),
        max: (x) => tf.max(x, 1),
        min: (x) => tf.min(x, 0),
        argMax: (x) => tf.argMax(x, 1),
        cumsum: (x) => tf.cumsum(x, 1),
        'one-hot': (x) => tf.oneHot(x, 5),
        'one-hot of other values': (x) => tf.oneHot(x, 5, 7, -Infinity, 'float32'),
      },
      1,
      whole,
      'int32',
    ));

  test('functions of two whole numbers, zero divisors among them', () =>
    property(
      {
        ...pick(binary.filter((name) => name !== 'div')),
        mod: tf.mod,
        pow: (x, y) => tf.pow(tf.clipByValue(x, -20, 20), tf.clipByValue(y, -3, 10)),
        'divided by −1': (x) => tf.floorDiv(x, tf.scalar(-1, 'int32')),
        'divided by 0': (x) => tf.floorDiv(x, tf.scalar(0, 'int32')),
        gram: (x, y) => tf.matMul(tf.clipByValue(x, -99, 99), tf.clipByValue(y, -99, 99), true),
      },
      2,
      whole,
      'int32',
    ));

  test('remainders', () => property({ mod: tf.mod }, 2, float, 'float32'));

  test('−2³¹ divided by −1', () =>
    agree({ floorDiv: tf.floorDiv, mod: tf.mod }, [
      hostTensor([-(2 ** 31), 5, 0], [3], 'int32'),
      hostTensor([-1, -1, 0], [3], 'int32'),
    ]));

  test('the gradient of a lookup keeps NaN in its own row', async () => {
    // The definition is the oracle: tfjs's JavaScript multiplies the other rows' gradients by 0.
    const sum = compiled.compile(([x, ids]: tf.Tensor[]) => tf.unsortedSegmentSum(x!, ids as tf.Tensor1D, 3));
    const x = hostTensor([1, 2, Number.NaN, Infinity, 3, 4], [3, 2]);
    const expected = hostTensor([4, 6, 0, 0, Number.NaN, Infinity], [3, 2]);
    expectClose(await sum([x, hostTensor([0, 2, 0], [3], 'int32')]), expected, 0);
  });
});
