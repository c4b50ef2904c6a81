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
