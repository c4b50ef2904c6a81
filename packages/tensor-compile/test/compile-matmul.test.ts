import { difference, expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompiledMatmul, compileMatmul, createExecutor, type Executor, eagerExecutor } from '../src/index';

const size = fc.integer({ min: 1, max: 5 });
const shapes = fc.record({ n: size, m: size, d: size, isDouble: fc.boolean() });

let compiled: Executor;
beforeAll(async () => {
  await useBackend('cpu');
  compiled = await createExecutor({ provider: 'cpu', threads: 1 });
});
afterAll(() => compiled.dispose());

describe.each([
  ['compiled', () => compiled],
  ['eager', eagerExecutor],
] as const)('a product of matrices, %s', (_, executor) => {
  let matmul: CompiledMatmul;
  beforeAll(() => {
    matmul = compileMatmul(executor());
  });
  afterAll(() => matmul.dispose());

  it('is a · bᵀ', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ n, m, d, isDouble }) => {
        const numbers = (rows: number, step: number) => ({
          rows,
          columns: d,
          data: new (isDouble ? Float64Array : Float32Array)(rows * d).map((_, i) => Math.sin(step * (i + 1))),
        });
        const [a, b] = [numbers(n, 1.7), numbers(m, 0.9)];
        const expected = Array.from({ length: n * m }, (_, at) => {
          let sum = 0;
          for (let k = 0; k < d; k++) sum += a.data[Math.floor(at / m) * d + k]! * b.data[(at % m) * d + k]!;
          return sum;
        });
        const product = await expectConservesTensors(() => matmul(a, b));
        expect([product.rows, product.columns]).toEqual([n, m]);
        expect(product.data).toBeInstanceOf(Float32Array);
        expect(difference(product.data, expected).error).toBeLessThan(tolerance.float32);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses rows of different lengths', async () => {
    const [a, b] = [2, 3].map((columns) => ({ rows: 1, columns, data: new Float32Array(columns) }));
    await expect(matmul(a!, b!)).rejects.toThrow('a has 2 columns and b has 3');
  });
});
