import { matrix } from '@interlayer/linalg';
import { permutation, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agreement,
  precisionAt,
  probabilityBins,
  readout,
  shuffledAgreement,
  tokenProbabilities,
  topTokens,
} from '../src/index';
import { ffn, logits, rows, softmax } from './arbitrary-ffn';

const seed = 20121491;
const runs = { seed, numRuns: 100 };

describe('what values say about the vocabulary', () => {
  it('equals sorting and softmax by brute force, whatever the block', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, fc.nat(), fc.integer({ min: 1, max: 9 }), async ({ values, embedding }, pick, block) => {
        const size = embedding.rows;
        const tokens = rows(values).map((_, i) => ((pick + 3 * i) % (size + 1)) - 1);
        const k = (pick % size) + 1;
        const found = await readout(values, embedding, { rankOf: [tokens], block });
        const best = await topTokens(values, embedding, { k, block });
        const p = rows(await tokenProbabilities(values, embedding, { block }));
        expect(found.top).toEqual(await topTokens(values, embedding));
        for (const [cell, v] of rows(values).entries()) {
          const scores = logits(v, embedding);
          const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
          expect(found.rankOf[0]![cell]).toBe(tokens[cell] === -1 ? -1 : order.indexOf(tokens[cell]!));
          expect([...best.subarray(cell * k, (cell + 1) * k)]).toEqual(order.slice(0, k));
          const expected = softmax(scores);
          expect(Math.abs(found.probability[cell]! - Math.max(...expected))).toBeLessThan(tolerance.float64);
          for (const [token, probability] of expected.entries())
            expect(Math.abs(p[cell]![token]! - probability)).toBeLessThan(tolerance.float64);
        }
      }),
      runs,
    );
  });

  it('with a gain and a side reads the vectors that these make, in every function', async () => {
    await fc.assert(
      fc.asyncProperty(
        ffn,
        fc.constantFrom('positive', 'negative'),
        fc.nat(9),
        async ({ values, embedding }, side, by) => {
          const gain = Float64Array.from({ length: values.columns }, (_, k) => ((by + k) % 4) - 1.5);
          const sign = side === 'negative' ? -1 : 1;
          const made = matrix(
            rows(values).flatMap((v) => v.map((value, k) => value * sign * gain[k]!)),
            values.columns,
          );
          const options = { side, gain, block: 2 } as const;
          expect(await readout(values, embedding, options)).toEqual(await readout(made, embedding));
          expect(await topTokens(values, embedding, options)).toEqual(await topTokens(made, embedding));
          expect(await tokenProbabilities(values, embedding, options)).toEqual(
            await tokenProbabilities(made, embedding),
          );
        },
      ),
      runs,
    );
    const e = matrix([1, 2, 3, 4], 2);
    await expect(readout(e, e, { gain: [1] })).rejects.toThrow('gain has 1 values; h has 2 columns');
    await expect(topTokens(e, e, { side: 'both' as never })).rejects.toThrow('side is "both"');
  });

  it('is refused for tokens that are not there', async () => {
    const e = matrix([1, 2, 3, 4], 2);
    await expect(readout(e, e, { rankOf: [[0]] })).rejects.toThrow('1 tokens for 2 rows');
    await expect(readout(e, e, { rankOf: [[0, 2]] })).rejects.toThrow('Token 2 of row 1 is not in a vocabulary of 2');
    await expect(topTokens(e, e, { k: 3 })).rejects.toThrow('k is 3');
  });
});

describe('P11: agreement', () => {
  it('is rank 0, and precision at 1; precisions are multiples of 1/k', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, fc.integer({ min: 1, max: 4 }), fc.nat(), async ({ values, embedding }, t, pick) => {
        const size = embedding.rows;
        const tokens = Int32Array.from(
          { length: values.rows * t },
          (_, i) => ((((pick >>> (i % 13)) ^ (5 * i)) >>> 0) % (size + 1)) - 1,
        );
        const best = tokens.filter((_, i) => i % t === 0);
        const { top, rankOf } = await readout(values, embedding, { rankOf: [best] });
        const agrees = agreement(top, tokens);
        expect(agrees).toEqual(Array.from(rankOf[0]!, (rank) => rank === 0));
        expect(agrees.map(Number)).toEqual([...precisionAt(top, tokens, 1)]);
        for (let k = 1; k <= t; k++)
          for (const [cell, share] of precisionAt(top, tokens, k).entries()) {
            const own = [...tokens.subarray(cell * t, cell * t + k)];
            expect(share).toBe(own.filter((token) => token === top[cell]).length / k);
          }
      }),
      runs,
    );
  });

  it('needs the tokens of every cell', () => {
    expect(() => agreement([1, 2], [1, 2, 3])).toThrow('3 trigger tokens for 2 cells');
    expect(() => precisionAt([1, 2], [1, 2], 2)).toThrow('k is 2');
    expect(() => agreement([1], [])).toThrow('at least one');
  });
});

describe('P15: agreement of shuffled pairs', () => {
  const permutations = (n: number): number[][] =>
    n === 0
      ? [[]]
      : permutations(n - 1).flatMap((rest) =>
          Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
        );

  it('has the mean and spread that all permutations together have', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), fc.integer({ min: -1, max: 2 })), { minLength: 1, maxLength: 6 }),
        (cells) => {
          const tops = cells.map(([top]) => top);
          const tokens = cells.map(([, token]) => token);
          const counts = permutations(cells.length).map(
            (order) =>
              agreement(
                tops,
                order.map((i) => tokens[i]!),
              ).filter(Boolean).length,
          );
          const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
          const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
          const found = shuffledAgreement(tops, tokens);
          expect(Math.abs(found.mean - mean)).toBeLessThan(tolerance.float64);
          expect(Math.abs(found.standardDeviation ** 2 - variance)).toBeLessThan(tolerance.float64);
        },
      ),
      runs,
    );
  });

  it('does not depend on how they were paired', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 20 })
          .chain((cells) => fc.tuple(fc.constant(cells), permutation(cells.length))),
        ([cells, order]) => {
          const tops = cells.map(([top]) => top);
          const tokens = cells.map(([, token]) => token);
          expect(
            shuffledAgreement(
              tops,
              order.map((i) => tokens[i]!),
            ),
          ).toEqual(shuffledAgreement(tops, tokens));
        },
      ),
      runs,
    );
    expect(() => shuffledAgreement([1], [1, 2])).toThrow('1 values and 2 trigger tokens');
  });
});

describe('probabilityBins', () => {
  const cells = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 40 }).map((k) => k / 40),
      fc.boolean(),
    ),
    {
      minLength: 1,
      maxLength: 30,
    },
  );

  it.each(['width', 'count'] as const)('by %s hold every cell once, within their ranges', (by) => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 8 }), (list, bins) => {
        const p = list.map(([probability]) => probability);
        const agrees = list.map(([, agree]) => agree);
        const found = probabilityBins(p, agrees, { bins, by });
        const total = (of: (bin: (typeof found)[number]) => number) => found.reduce((sum, bin) => sum + of(bin), 0);
        expect(found.length).toBe(bins);
        expect(total((bin) => bin.cells)).toBe(list.length);
        expect(total((bin) => bin.agreeing)).toBe(agrees.filter(Boolean).length);
        const occupied = found.filter((bin) => bin.cells > 0);
        for (const [i, bin] of occupied.entries()) {
          const inside = p.filter((value) => value >= bin.from - 1e-12 && value <= bin.to + 1e-12).length;
          expect(inside).toBeGreaterThanOrEqual(bin.cells);
          if (i > 0) expect(bin.from).toBeGreaterThanOrEqual(occupied[i - 1]!.to - 1e-12);
        }
        if (by === 'count')
          expect(
            Math.max(...found.map((bin) => bin.cells)) - Math.min(...found.map((bin) => bin.cells)),
          ).toBeLessThanOrEqual(1);
        else
          for (const bin of found)
            expect(Math.abs(bin.to - bin.from - (found[0]!.to - found[0]!.from))).toBeLessThan(tolerance.float64);
      }),
      runs,
    );
  });

  it('by hand', () => {
    expect(probabilityBins([0.1, 0.9, 0.5, 0.2], [false, true, true, false], { bins: 2 })).toEqual([
      { from: 0.1, to: 0.5, cells: 2, agreeing: 0 },
      { from: 0.5, to: 0.9, cells: 2, agreeing: 2 },
    ]);
    expect(() => probabilityBins([0.1], [], {})).toThrow('1 probabilities and 0 agreements');
    expect(() => probabilityBins([0.1], [true], { bins: 0 })).toThrow('bins is 0');
  });
});
