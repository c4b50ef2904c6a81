import { type Matmul, matrix } from '@interlayer/linalg';
import { permutation, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Activation, activations, activeShare, ffnAsMemory, memoryCoefficients } from '../src/index';
import { dot, ffn, rows } from './arbitrary-ffn';

const seed = 20121491;
const names = Object.keys(activations) as Activation[];

/** The block as a network computes it: two dense layers, weights stored [in, out], bias first, from the last input backwards. */
function dense(x: number[], weights: number[][], bias: number[]): number[] {
  return bias.map((b, j) => x.reduceRight((sum, value, i) => sum + value * weights[i]![j]!, b));
}
const transpose = (a: number[][]) => a[0]!.map((_, j) => a.map((row) => row[j]!));

describe('P1: a feed-forward block is the sum of its memories', () => {
  it.each(names)('for %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(ffn, async (block) => {
        const m = await memoryCoefficients(block.x, block.keys, block.b1, name);
        const y = rows(ffnAsMemory(m, block.values, block.b2));
        for (const [r, x] of rows(block.x).entries()) {
          const hidden = dense(x, transpose(rows(block.keys)), block.b1).map(activations[name]);
          const expected = dense(hidden, rows(block.values), block.b2);
          const scale = Math.max(1, ...expected.map(Math.abs));
          for (const [k, value] of expected.entries())
            expect(Math.abs(y[r]![k]! - value)).toBeLessThanOrEqual(tolerance.float64 * scale);
        }
      }),
      { seed, numRuns: 100 },
    );
  });

  it('holds without biases, and with a matmul of the caller', async () => {
    const [x, keys, values] = [matrix([1, 2], 2), matrix([1, 0, 0, -1, 1, 1], 2), matrix([1, 2, 3], 1)];
    let calls = 0;
    const own: Matmul = async (a, b) => {
      calls++;
      return matrix(
        rows(a).flatMap((p) => rows(b).map((q) => dot(p, q))),
        b.rows,
      );
    };
    const m = await memoryCoefficients(x, keys, undefined, 'relu', own);
    expect([...m.data]).toEqual([1, 0, 3]);
    expect([...ffnAsMemory(m, values).data]).toEqual([10]);
    expect(calls).toBe(1);
  });
});

describe('P2: with ReLU', () => {
  it('coefficients are non-negative and the active set is where the pre-activation is positive', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, async ({ x, keys, b1 }) => {
        const m = await memoryCoefficients(x, keys, b1, 'relu');
        const shares = activeShare(m);
        for (const [r, input] of rows(x).entries()) {
          const positive = rows(keys).map((key, i) => {
            // the package sums first and adds the bias last; the sign must be of exactly that number
            let sum = 0;
            for (let k = 0; k < key.length; k++) sum += input[k]! * key[k]!;
            return sum + b1[i]! > 0;
          });
          expect(rows(m)[r]!.map((value) => value > 0)).toEqual(positive);
          expect(Math.min(...rows(m)[r]!)).toBeGreaterThanOrEqual(0);
          expect(shares[r]).toBe(positive.filter(Boolean).length / keys.rows);
        }
      }),
      { seed, numRuns: 100 },
    );
  });

  it('removing every inactive cell changes no bit', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, async (block) => {
        const { columns } = block.x;
        const x = matrix(rows(block.x)[0]!, columns);
        const m = await memoryCoefficients(x, block.keys, block.b1, 'relu');
        const active = [...m.data.keys()].filter((i) => m.data[i]! > 0);
        fc.pre(active.length > 0);
        const kept = matrix(
          active.map((i) => m.data[i]!),
          active.length,
        );
        const values = matrix(
          active.flatMap((i) => rows(block.values)[i]!),
          columns,
        );
        expect([...ffnAsMemory(kept, values, block.b2).data]).toEqual([...ffnAsMemory(m, block.values, block.b2).data]);
      }),
      { seed, numRuns: 100 },
    );
  });

  it('permuting the cells permutes the coefficients and leaves the output', async () => {
    await fc.assert(
      fc.asyncProperty(
        ffn.chain((block) => fc.tuple(fc.constant(block), permutation(block.keys.rows))),
        async ([block, order]) => {
          const pick = <T>(list: readonly T[]) => order.map((i) => list[i]!);
          const m = await memoryCoefficients(block.x, block.keys, block.b1, 'relu');
          const permuted = await memoryCoefficients(
            block.x,
            matrix(pick(rows(block.keys)).flat(), block.keys.columns),
            pick(block.b1),
            'relu',
          );
          expect(rows(permuted)).toEqual(rows(m).map(pick));
          const y = ffnAsMemory(m, block.values, block.b2).data;
          const z = ffnAsMemory(permuted, matrix(pick(rows(block.values)).flat(), block.values.columns), block.b2).data;
          const scale = Math.max(1, ...y.map(Math.abs));
          for (let k = 0; k < y.length; k++) expect(Math.abs(y[k]! - z[k]!)).toBeLessThan(tolerance.float64 * scale);
        },
      ),
      { seed, numRuns: 100 },
    );
  });
});

describe('bad input', () => {
  const [x, keys] = [matrix([1, 2], 2), matrix([1, 0, 0], 3)];
  it('is named, with what to do', async () => {
    await expect(memoryCoefficients(x, keys, undefined, 'relu')).rejects.toThrow('x has 2 columns and keys has 3');
    await expect(memoryCoefficients(x, matrix([1, 2], 2), [1, 2], 'relu')).rejects.toThrow('one per key');
    await expect(memoryCoefficients(x, x, [1], 'swish' as 'silu')).rejects.toThrow('known ones are relu, gelu');
    expect(() => ffnAsMemory(x, matrix([1, 2, 3], 1))).toThrow('2 coefficients a row but 3 values');
    expect(() => ffnAsMemory(x, x, [1])).toThrow('2 coefficients a row but 1 values');
    expect(() => matrix([1, 2, 3], 2)).toThrow('do not fill rows of 2 columns');
    expect(() => matrix([1], 0)).toThrow('positive integer of columns');
    expect(() => activeShare({ rows: 2, columns: 2, data: new Float64Array(3) })).toThrow(
      'coefficients has 3 values; 2 × 2 needs 4',
    );
  });
});
