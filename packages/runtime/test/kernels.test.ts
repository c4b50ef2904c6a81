import { expectConservesTensors, seededRandom, tolerance } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installKernels, packKernels, uninstallKernels } from '../src/install-kernels';

const SEED = { seed: 20, numRuns: 60 };

const randomTensor = (shape: number[], seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * 2 - 1);
};

/** Runs `body` on a backend and gives its tensors' values back. */
async function on(backend: 'cpu' | 'wasm', body: () => tf.Tensor[]): Promise<{ shape: number[]; values: number[] }[]> {
  await tf.setBackend(backend);
  return await expectConservesTensors(() =>
    tf.tidy(() => body().map((each) => ({ shape: each.shape, values: [...each.dataSync()] }))),
  );
}

async function expectSame(body: () => tf.Tensor[], bound: number = tolerance.float32): Promise<void> {
  const expected = await on('cpu', body);
  const actual = await on('wasm', body);
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [i, { values }] of expected.entries()) {
    const scale = Math.max(1, ...values.map(Math.abs));
    for (const [j, value] of values.entries())
      expect(Math.abs(actual[i].values[j] - value), `output ${i}, element ${j}`).toBeLessThanOrEqual(bound * scale);
  }
}

const product = fc.record({
  outer: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
  // Both sides of the size from which XNNPACK takes over.
  m: fc.integer({ min: 1, max: 40 }),
  k: fc.integer({ min: 1, max: 40 }),
  n: fc.integer({ min: 1, max: 40 }),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1000 }),
});

beforeAll(async () => {
  // These two and no others, whatever the rest of the suite runs on.
  await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  installKernels();
});

afterAll(() => uninstallKernels());

describe('BatchMatMul', () => {
  it('equals the cpu backend in values and gradients, for every transpose and batch', async () => {
    await fc.assert(
      fc.asyncProperty(product, async ({ outer, m, k, n, transposeA, transposeB, seed }) => {
        const shapeA = [...outer, ...(transposeA ? [k, m] : [m, k])];
        const shapeB = [...outer, ...(transposeB ? [n, k] : [k, n])];
        await expectSame(() => {
          const a = tf.tensor(randomTensor(shapeA, seed), shapeA);
          const b = tf.tensor(randomTensor(shapeB, seed + 1), shapeB);
          const weights = tf.tensor(randomTensor([...outer, m, n], seed + 2), [...outer, m, n]);
          const [da, db] = tf.grads((x, y) => tf.sum(tf.mul(tf.matMul(x, y, transposeA, transposeB), weights)))([a, b]);
          return [tf.matMul(a, b, transposeA, transposeB), da, db];
        });
      }),
      SEED,
    );
  });

  it.each([
    [
      [2, 1, 3, 4],
      [1, 3, 4, 5],
    ],
    [
      [2, 1, 24, 32],
      [1, 3, 32, 16],
    ],
    [
      [24, 32],
      [3, 32, 16],
    ],
    [
      [4, 24, 32],
      [1, 32, 16],
    ],
  ])('broadcasts %j against %j as the definition does', async (shapeA, shapeB) => {
    const [a, b] = [randomTensor(shapeA, 1), randomTensor(shapeB, 2)];
    const [{ shape, values }] = await on('wasm', () => [tf.matMul(tf.tensor(a, shapeA), tf.tensor(b, shapeB))]);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(shapeA.slice(0, -2), shapeB.slice(0, -2));
    const [m, k, n] = [shapeA.at(-2)!, shapeA.at(-1)!, shapeB.at(-1)!];
    expect(shape).toEqual([...outer, m, n]);
    const at = (index: number[], of: number[]) => {
      const own = of.slice(0, -2);
      return own.reduce((flat, length, axis) => {
        const i = index[axis + outer.length - own.length];
        return flat * length + (length === 1 ? 0 : i);
      }, 0);
    };
    values.forEach((value, flat) => {
      const [i, j] = [Math.floor(flat / n) % m, flat % n];
      let rest = Math.floor(flat / (m * n));
      const index = outer.map(() => 0);
      for (let axis = outer.length - 1; axis >= 0; axis--) {
        index[axis] = rest % outer[axis];
        rest = Math.floor(rest / outer[axis]);
      }
      let sum = 0;
      for (let c = 0; c < k; c++)
        sum += a[(at(index, shapeA) * m + i) * k + c] * b[(at(index, shapeB) * k + c) * n + j];
      expect(Math.abs(value - sum)).toBeLessThanOrEqual(tolerance.float32 * Math.max(1, Math.abs(sum)));
    });
  });

  it('leaves no memory behind in the wasm heap', async () => {
    await tf.setBackend('wasm');
    const backend = tf.backend() as unknown as { numDataIds(): number };
    const before = backend.numDataIds();
    tf.tidy(() => tf.matMul(tf.ones([6, 40, 40]), tf.ones([6, 40, 40]), true, true).dataSync());
    expect(backend.numDataIds()).toBe(before);
  });

  it('rejects inner lengths that differ, and gives empty products', async () => {
    await tf.setBackend('wasm');
    expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 5]))).toThrow(/inner/i);
    expect(tf.matMul(tf.ones([0, 3]), tf.ones([3, 5])).shape).toEqual([0, 5]);
  });
});

describe('UnsortedSegmentSum', () => {
  it('equals the cpu backend, as an operation and as the gradient of gather', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, drawn, width) => {
          const ids = drawn.map((id) => id % rows);
          await expectSame(() => {
            const x = tf.tensor2d(randomTensor([ids.length, width], 3), [ids.length, width]);
            const table = tf.tensor2d(randomTensor([rows, width], 4), [rows, width]);
            const indices = tf.tensor1d(ids, 'int32');
            const gradient = tf.grad((t) => tf.sum(tf.mul(tf.gather(t, indices), x)))(table);
            return [tf.unsortedSegmentSum(x, indices, rows), gradient];
          });
        },
      ),
      SEED,
    );
  });

  it('ignores ids outside of the segments', async () => {
    await expectSame(() => [tf.unsortedSegmentSum(tf.tensor1d([1, 2, 4, 8]), tf.tensor1d([0, -1, 2, 1], 'int32'), 2)]);
  });
});

describe('GatherV2', () => {
  it('equals the cpu backend in values and gradients, with batches of indices too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        fc.nat(3),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
        fc.nat(1000),
        async (shape, axisSeed, batchSeed, more, seed) => {
          const axis = axisSeed % shape.length;
          const batchDims = batchSeed % (axis + 1);
          const indexShape = [...shape.slice(0, batchDims), ...more];
          const ids = randomTensor(indexShape, seed).map((value) =>
            Math.min(Math.floor(((value + 1) / 2) * shape[axis]), shape[axis] - 1),
          );
          await expectSame(() => {
            const x = tf.tensor(randomTensor(shape, seed + 1), shape);
            const indices = tf.tensor(ids, indexShape, 'int32');
            const gathered = tf.gather(x, indices as tf.Tensor1D, axis, batchDims);
            const whole = tf.gather(tf.cast(tf.mul(x, 9), 'int32'), indices as tf.Tensor1D, axis, batchDims);
            if (batchDims > 0 || indexShape.includes(0)) return [gathered, whole];
            const gradient = tf.grad((t) => tf.sum(tf.square(tf.gather(t, indices as tf.Tensor1D, axis))))(x);
            return [gathered, whole, gradient];
          });
        },
      ),
      { ...SEED, numRuns: 150 },
    );
  });

  it('gives each batch its own indices (tfjs#8658)', async () => {
    const [{ shape, values }] = await on('wasm', () => [
      tf.gather(
        tf.range(0, 6).reshape([2, 3]),
        tf.tensor2d(
          [
            [2, 0, 1, 1],
            [1, 1, 0, 2],
          ],
          [2, 4],
          'int32',
        ),
        1,
        1,
      ),
    ]);
    expect(shape).toEqual([2, 4]);
    expect(values).toEqual([2, 0, 1, 1, 4, 4, 3, 5]);
  });

  it('rejects an index beyond the axis', async () => {
    await tf.setBackend('wasm');
    const outside = () => tf.gather(tf.ones([2, 3]), tf.tensor2d([[3], [0]], [2, 1], 'int32'), 1, 1);
    expect(outside).toThrow('index value 3 is not in [0, 2]');
  });
});

describe('rows of 0 tokens', () => {
  /** Memory that was used before holds what the stock kernels would return. */
  const dirty = () => tf.dispose([1, 2, 4, 8, 16, 24, 97].map((length) => tf.fill([length], 7.5)));

  it.each([
    [
      [0, 3],
      [3, 4],
    ],
    [
      [2, 0],
      [0, 4],
    ],
    [
      [2, 3],
      [3, 0],
    ],
    [
      [2, 3, 0],
      [2, 0, 4],
    ],
    [
      [0, 3, 4],
      [0, 4, 5],
    ],
    [
      [2, 2, 0, 8],
      [2, 2, 8, 0],
    ],
  ])('a product of %j and %j, its transposes and gradients', async (shapeA, shapeB) => {
    const flipped = (shape: number[]) => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
    await expectSame(() => {
      dirty();
      const [a, b] = [tf.ones(shapeA), tf.ones(shapeB)];
      const bias = tf.range(0, shapeB.at(-1)!);
      const fused =
        shapeA.length === 2
          ? [tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation: 'relu' })]
          : [];
      return [
        tf.matMul(a, b),
        tf.matMul(tf.ones(flipped(shapeA)), tf.ones(flipped(shapeB)), true, true),
        ...tf.grads((x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.square(tf.matMul(x, y))))([a, b]),
        ...fused,
      ];
    });
  });

  it.each([
    ['sum', tf.sum, 0],
    ['product', tf.prod, 1],
    ['mean', tf.mean, Number.NaN],
    ['maximum', tf.max, Number.NEGATIVE_INFINITY],
    ['minimum', tf.min, Number.POSITIVE_INFINITY],
    ['any', tf.any, 0],
    ['all', tf.all, 1],
  ])(
    'the %s of nothing is what TensorFlow has it, and no result has elements that are not there',
    async (_, of, expected) => {
      const dtype = of === tf.any || of === tf.all ? 'bool' : 'float32';
      const reduce = (shape: number[], axis?: number | number[], keepDims?: boolean) =>
        (of as (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor)(
          tf.zeros(shape, dtype),
          axis,
          keepDims,
        );
      const results = await on('wasm', () => {
        dirty();
        return [
          reduce([0]),
          reduce([2, 0, 4], 1),
          reduce([2, 0, 4], [0, -2], true),
          reduce([0, 3], 1),
          reduce([2, 0, 4], 0),
        ];
      });
      expect(results.map(({ shape }) => shape)).toEqual([[], [2, 4], [1, 1, 4], [0], [0, 4]]);
      for (const value of results.flatMap(({ values }) => values)) expect(value).toBe(expected);
    },
  );

  it('a transpose, a running sum and places of maxima of nothing are empty', async () => {
    await expectSame(() => {
      const x = tf.zeros([0, 3, 4]);
      return [tf.transpose(x, [0, 2, 1]), tf.cumsum(x, 1), tf.cumprod(x, 1), tf.argMax(x, 1), tf.argMin(x, -2)];
    });
  });

  it.each([[[2, 0, 8]], [[0, 5, 8]]])(
    'attention, layer normalisation and feed-forward over tokens of shape %j',
    async (shape) => {
      await expectSame(() => {
        dirty();
        const block = (x: tf.Tensor) => {
          const { mean, variance } = tf.moments(x, -1, true);
          const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
          const scores = tf.softmax(tf.matMul(normal, normal, false, true));
          const attended = tf.reshape(tf.matMul(scores, normal), [x.size / 8, 8]);
          return tf.relu(tf.matMul(attended, tf.ones([8, 16])));
        };
        const x = tf.zeros(shape);
        return [block(x), tf.grad((y) => tf.sum(block(y)))(x)];
      });
    },
  );
});

describe('Identity', () => {
  it('shares the memory and outlives its origin', async () => {
    await tf.setBackend('wasm');
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.clone(x);
    const backend = tf.backend() as unknown as { dataIdMap: { get(id: object): { memoryOffset: number } } };
    expect(backend.dataIdMap.get(y.dataId).memoryOffset).toBe(backend.dataIdMap.get(x.dataId).memoryOffset);
    x.dispose();
    // Would be overwritten if the memory had been given back.
    const other = tf.tensor1d([7, 7, 7]);
    expect([...y.dataSync()]).toEqual([1, 2, 3]);
    tf.dispose([y, other]);
  });

  it('keeps variables apart when one is made of the other and then assigned', async () => {
    await tf.setBackend('wasm');
    const first = tf.variable(tf.tensor1d([1, 2]));
    const second = tf.variable(tf.clone(first));
    first.assign(tf.tensor1d([5, 6]));
    expect([...second.dataSync()]).toEqual([1, 2]);
    tf.dispose([first, second]);
  });

  it('passes strings', async () => {
    await tf.setBackend('wasm');
    expect(tf.tidy(() => tf.clone(tf.tensor1d(['a', 'bc'])).dataSync())).toEqual(['a', 'bc']);
  });
});

describe('_FusedMatMul', () => {
  it('equals the cpu backend with activations, transposes and a bias that was a matrix', async () => {
    await fc.assert(
      fc.asyncProperty(product, fc.constantFrom('linear' as const, 'relu' as const), async (shape, activation) => {
        const { m, k, n, transposeA, transposeB, seed } = shape;
        const shapeA: [number, number] = transposeA ? [k, m] : [m, k];
        const shapeB: [number, number] = transposeB ? [n, k] : [k, n];
        await expectSame(() => {
          const a = tf.tensor2d(randomTensor(shapeA, seed), shapeA);
          const b = tf.tensor2d(randomTensor(shapeB, seed + 1), shapeB);
          const bias = tf.tensor2d(randomTensor([1, n], seed + 2), [1, n]);
          const fused = (x: tf.Tensor2D, y: tf.Tensor2D, z: tf.Tensor2D) =>
            tf.fused.matMul({ a: x, b: y, transposeA, transposeB, bias: tf.reshape(z, [n]), activation });
          const gradients = tf.grads((x, y, z) =>
            tf.sum(tf.square(fused(x as tf.Tensor2D, y as tf.Tensor2D, z as tf.Tensor2D))),
          )([a, b, bias]);
          return [fused(a, b, bias), ...gradients];
        }, tolerance.gradient);
      }),
      { ...SEED, numRuns: 30 },
    );
  });
});

describe('installKernels', () => {
  it('leaves everything as it is with another release, and says so', () => {
    uninstallKernels();
    const stock = tf.getKernel('BatchMatMul', 'wasm');
    const { installed, note } = installKernels({ version: '4.23.0' });
    expect(installed).toEqual([]);
    expect(note).toMatch(/4\.23\.0/);
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(stock);
    expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBeUndefined();
  });

  it('can be called twice, in part, and taken back', () => {
    const stock = tf.getKernel('BatchMatMul', 'wasm');
    expect(installKernels({ only: ['UnsortedSegmentSum'] }).installed).toEqual(['UnsortedSegmentSum']);
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(stock);
    expect(installKernels().installed).toEqual(packKernels);
    const ours = tf.getKernel('BatchMatMul', 'wasm');
    expect(ours).not.toBe(stock);
    expect(installKernels().note).toBe('with the kernel pack');
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(ours);
    uninstallKernels();
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(stock);
    expect(() => installKernels({ only: ['Conv2D' as never] })).toThrow(/Conv2D.*UnsortedSegmentSum/);
  });
});
