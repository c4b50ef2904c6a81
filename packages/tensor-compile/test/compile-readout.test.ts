import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompiledReadout, compileReadout, createExecutor, type Executor, eagerExecutor } from '../src/index';

let compiled: Executor;
beforeAll(async () => {
  await useBackend('cpu');
  compiled = await createExecutor({ provider: 'cpu', threads: 1 });
});
afterAll(() => compiled.dispose());

/** Whole numbers: products are exact, and many logits tie. */
const number = fc.integer({ min: -3, max: 3 });
const cases = fc
  .record({ n: fc.integer({ min: 1, max: 4 }), m: fc.integer({ min: 2, max: 7 }), d: fc.integer({ min: 1, max: 3 }) })
  .chain(({ n, m, d }) =>
    fc.record({
      n: fc.constant(n),
      m: fc.constant(m),
      d: fc.constant(d),
      a: fc.array(number, { minLength: n * d, maxLength: n * d }),
      b: fc.array(number, { minLength: m * d, maxLength: m * d }),
      k: fc.integer({ min: 1, max: 2 }),
      without: fc.subarray(
        Array.from({ length: m }, (_, i) => i),
        { maxLength: m - 2 },
      ),
      lists: fc.array(fc.array(fc.integer({ min: 0, max: m - 1 }), { minLength: n, maxLength: n }), { maxLength: 2 }),
    }),
  );

describe.each([
  ['compiled', () => compiled],
  ['eager', eagerExecutor],
] as const)('a readout, %s', (_, executor) => {
  let readout: CompiledReadout;
  beforeAll(() => {
    readout = compileReadout(executor());
  });
  afterAll(() => readout.dispose());

  it('keeps of each row what a search through its logits finds', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ n, m, d, a, b, k, without, lists }) => {
        const asked = lists.map((list) => Int32Array.from(list));
        const question = { k, without, logitsOf: asked, ranksOf: asked };
        const matrix = (data: number[], rows: number) => ({ rows, columns: d, data: Float64Array.from(data) });
        const reduced = await expectConservesTensors(() => readout(matrix(a, n), matrix(b, m), question));
        expect(reduced.top).toHaveLength(n * k);
        for (let row = 0; row < n; row++) {
          const logits = Array.from({ length: m }, (_, column) => {
            if (without.includes(column)) return Number.NEGATIVE_INFINITY;
            let sum = 0;
            for (let i = 0; i < d; i++) sum += a[row * d + i]! * b[column * d + i]!;
            return sum;
          });
          const order = [...logits.keys()].sort((p, q) => logits[q]! - logits[p]! || p - q);
          expect([...reduced.top.slice(row * k, (row + 1) * k)]).toEqual(order.slice(0, k));
          const largest = Math.max(...logits);
          expect(reduced.largest[row]).toBe(largest);
          const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
          expect(Math.abs(reduced.sum[row]! / sum - 1)).toBeLessThan(tolerance.float32);
          for (const [at, list] of lists.entries()) {
            expect(reduced.logitsOf[at]![row]).toBe(logits[list[row]!]);
            if (!without.includes(list[row]!)) expect(reduced.ranksOf[at]![row]).toBe(order.indexOf(list[row]!));
          }
        }
      }),
      { seed: 5, numRuns: 40 },
    );
  }, 60_000);

  it('takes a function for the logits, which may read variables in state', async () => {
    const [weights, bias] = [tf.variable(tf.tensor2d([1, 0, 0, 1, 2, 2], [3, 2])), tf.variable(tf.tensor1d([0, 9, 0]))];
    const logits = (a: tf.Tensor2D) =>
      tf.add(tf.matMul(a, weights as tf.Tensor as tf.Tensor2D, false, true), bias) as tf.Tensor2D;
    const biased = compileReadout(executor(), { logits, state: [weights] });
    const a = { rows: 2, columns: 2, data: Float32Array.of(1, 2, 10, 3) };
    const b = { rows: 3, columns: 2, data: new Float32Array(6) };
    const reduced = await biased(a, b, { k: 1, without: [0], logitsOf: [Int32Array.of(2, 1)], ranksOf: [] });
    expect([...reduced.top]).toEqual([1, 2]);
    expect([...reduced.largest]).toEqual([11, 26]);
    expect([...reduced.logitsOf[0]!]).toEqual([6, 12]);
    await biased.dispose();
    tf.dispose([weights, bias]);
  });

  it('refuses matrices that do not fit', async () => {
    const a = { rows: 1, columns: 2, data: new Float32Array(2) };
    const b = { rows: 1, columns: 3, data: new Float32Array(3) };
    const question = { k: 1, without: [], logitsOf: [], ranksOf: [] };
    await expect(readout(a, b, question)).rejects.toThrow('a has 2 columns and b has 3');
  });
});
