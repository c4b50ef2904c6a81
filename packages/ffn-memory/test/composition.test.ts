import { matrix } from '@interlayer/linalg';
import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compositionCase,
  compositionCases,
  ffnAsMemory,
  memoryCoefficients,
  topTokens,
  zeroAgreement,
} from '../src/index';
import { ffn, logits, margin, rows, softmax } from './arbitrary-ffn';

const seed = 20121491;
const plus = (a: number[], b: number[]) => a.map((value, k) => value + b[k]!);
const argmax = (values: number[]) => values.indexOf(Math.max(...values));

describe('compositionCase', () => {
  it('is the table of the five cases', () => {
    // every pattern of equality among three tokens, by its definition
    for (const r of [0, 1, 2])
      for (const y of [0, 1, 2])
        for (const o of [0, 1, 2]) {
          const found = compositionCase(r, y, o);
          expect(found === 'agreement').toBe(r === y && y === o);
          expect(found === 'residual').toBe(o === r && o !== y);
          expect(found === 'ffn').toBe(o === y && o !== r);
          expect(found === 'composition').toBe(o !== r && o !== y && r !== y);
          expect(found === 'fifth').toBe(o !== r && r === y);
        }
  });

  it('P6: the cases partition; residual + agreement = share of top(o) = top(r)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)), { minLength: 1 }), (rows) => {
        const found = rows.map(([r, y, o]) => compositionCase(r, y, o));
        const count = (name: string) => found.filter((value) => value === name).length;
        expect(compositionCases.reduce((sum, name) => sum + count(name), 0)).toBe(rows.length);
        // P7: at the last layer, where o is the model's output, that is how often the residual holds the answer.
        expect(count('residual') + count('agreement')).toBe(rows.filter(([r, , o]) => r === o).length);
      }),
      { seed },
    );
  });
});

describe('P5: no fifth case', () => {
  it('with a linear readout without bias, top(r) = top(y) = w makes top(r + y) = w', async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(ffn, fc.integer({ min: 1, max: 8 }), async ({ x, keys, b1, values, b2, embedding }, factor) => {
        const y = rows(ffnAsMemory(await memoryCoefficients(x, keys, b1, 'gelu'), values, b2))[0]!;
        // a residual that leans towards y, so that the two often agree
        const r = plus(
          rows(x)[0]!,
          y.map((value) => value / factor),
        );
        if (margin(logits(r, embedding)) < tolerance.float64 || margin(logits(y, embedding)) < tolerance.float64)
          return;
        const tops = await topTokens(matrix([r, y, plus(r, y)].flat(), r.length), embedding);
        const found = compositionCase(tops[0]!, tops[1]!, tops[2]!);
        expect(found).not.toBe('fifth');
        if (found === 'agreement') checked++;
      }),
      { seed, numRuns: 400 },
    );
    expect(checked, 'the premise must be met often enough to test anything').toBeGreaterThan(100);
  });

  it('fails with a readout bias: the bias counts twice in r and y, once in o', () => {
    const bias = [0, 1];
    const r = [0.4, -0.4];
    // biased logits of r and y: 0.4 against 0.6, so token 1; of o: 0.8 against 0.2, so token 0
    const readout = (h: number[]) => argmax(plus(h, bias));
    expect(compositionCase(readout(r), readout(r), readout(plus(r, r)))).toBe('fifth');
  });

  it('fails with a final LayerNorm that shifts, and holds with one that does not', () => {
    const layerNorm = (h: number[], beta: number[]) => {
      const mean = h.reduce((a, b) => a + b, 0) / h.length;
      const deviation = Math.sqrt(h.reduce((sum, value) => sum + (value - mean) ** 2, 0) / h.length);
      return h.map((value, k) => (value - mean) / deviation + beta[k]!);
    };
    const vector = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 });
    const found = (shift: boolean) => {
      let fifth = 0;
      fc.assert(
        fc.property(vector, vector, vector, (r, y, beta) => {
          const o = plus(r, y);
          fc.pre([r, y, o].every((h) => new Set(h).size === 3));
          const readout = (h: number[]) => {
            const scores = layerNorm(h, shift ? beta : [0, 0, 0]);
            return margin(scores) < tolerance.float64 ? -1 : argmax(scores);
          };
          const tops = [r, y, o].map(readout);
          if (!tops.includes(-1) && compositionCase(tops[0]!, tops[1]!, tops[2]!) === 'fifth') fifth++;
        }),
        { seed, numRuns: 2000 },
      );
      return fifth;
    };
    expect(found(true)).toBeGreaterThan(0);
    expect(found(false)).toBe(0);
  });

  it('fails with an adaptive softmax, whose tail sharpens as logits add', () => {
    // log-probabilities: a head of {w, cluster} and a tail of two tokens inside the cluster
    const readout = (gap: number, tail: [number, number]) => {
      const [w, cluster] = softmax([gap, 0]) as [number, number];
      const inside = softmax(tail).map((p) => p * cluster);
      return argmax([w, ...inside]);
    };
    const tail: [number, number] = [Math.log(0.6), Math.log(0.4)];
    const [r, o] = [readout(-0.45, tail), readout(-0.9, [2 * tail[0], 2 * tail[1]])];
    expect(compositionCase(r, r, o)).toBe('fifth');
  });
});

describe('P13: zero agreement', () => {
  it('equals its definition by brute force, and active ≥ all', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, async ({ x, keys, b1, values, b2, embedding }) => {
        const m = await memoryCoefficients(x, keys, b1, 'relu');
        const y = await topTokens(ffnAsMemory(m, values, b2), embedding);
        const o = await topTokens(x, embedding);
        const valueTop = await topTokens(values, embedding);
        for (const target of ['y', 'o'] as const) {
          const all = zeroAgreement({ coefficients: m, valueTop, y, o }, { target, cells: 'all' });
          const active = zeroAgreement({ coefficients: m, valueTop, y, o }, { target, cells: 'active' });
          for (const [row, coefficients] of rows(m).entries()) {
            const wanted = { y, o }[target][row];
            const agreeing = rows(values).map((v) => argmax(logits(v, embedding)) === wanted);
            expect(all[row]).toBe(!agreeing.includes(true));
            expect(active[row]).toBe(!agreeing.some((agrees, i) => agrees && coefficients[i]! > 0));
            if (all[row]) expect(active[row]).toBe(true);
          }
        }
        expect(zeroAgreement({ coefficients: m, valueTop, y })).toEqual(
          zeroAgreement({ coefficients: m, valueTop, y }, { target: 'y', cells: 'all' }),
        );
      }),
      { seed, numRuns: 100 },
    );
  });

  it('one active cell and no bias: the block predicts what that cell does', async () => {
    await fc.assert(
      fc.asyncProperty(
        ffn,
        fc.nat(),
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        async ({ values, embedding }, k, c) => {
          const cell = k % values.rows;
          fc.pre(margin(logits(rows(values)[cell]!, embedding)) > tolerance.float64);
          const coefficients = matrix(new Float64Array(values.rows), values.rows);
          coefficients.data[cell] = c;
          const y = await topTokens(ffnAsMemory(coefficients, values), embedding);
          const valueTop = await topTokens(values, embedding);
          expect(zeroAgreement({ coefficients, valueTop, y }, { cells: 'active' })).toEqual([false]);
        },
      ),
      { seed, numRuns: 100 },
    );
  });

  it('refuses what does not fit', () => {
    const coefficients = matrix([1, 2], 2);
    expect(() => zeroAgreement({ coefficients, valueTop: [0, 1], y: [0] }, { target: 'o' })).toThrow(
      'needs the predictions "o"',
    );
    expect(() => zeroAgreement({ coefficients, valueTop: [0], y: [0] })).toThrow('one per cell');
    expect(() => zeroAgreement({ coefficients, valueTop: [0, 1], y: [] })).toThrow('one per row');
  });
});
