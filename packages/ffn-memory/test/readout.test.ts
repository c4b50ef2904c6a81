import { matrix } from '@interlayer/linalg';
import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readout, tokenProbabilities, topTokens } from '../src/index';
import { ffn, logits, margin, rows, softmax } from './arbitrary-ffn';

const seed = 20121491;

describe('topTokens', () => {
  it('are the first largest logit, whatever the block', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, fc.integer({ min: 1, max: 9 }), async ({ values, embedding }, block) => {
        const expected = rows(values).map((v) => {
          const scores = logits(v, embedding);
          return scores.indexOf(Math.max(...scores));
        });
        expect([...(await topTokens(values, embedding, { block }))]).toEqual(expected);
        expect([...(await topTokens(values, embedding))]).toEqual(expected);
      }),
      { seed, numRuns: 100 },
    );
  });

  it('hold one block of logits at a time', async () => {
    const sizes: number[] = [];
    await topTokens(matrix(new Float64Array(70), 10), matrix(new Float64Array(50), 10), {
      block: 3,
      matmul: (a, b) => {
        sizes.push(a.rows);
        return matrix(new Float64Array(a.rows * b.rows), b.rows);
      },
    });
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('refuse what cannot be read out', async () => {
    const e = matrix([1, 2, 3, 4], 2);
    await expect(topTokens(matrix([1, Number.NaN, 1, 1], 2), e)).rejects.toThrow(
      'h has NaN in row 0, column 1 (from 0)',
    );
    await expect(topTokens(matrix([1, 2, 3], 3), e)).rejects.toThrow('h has 3 columns and embedding has 2');
    await expect(topTokens(e, e, { block: 0 })).rejects.toThrow('block is 0');
    await expect(topTokens(e, e, { matmul: (a) => a, block: 1 })).resolves.toBeDefined();
    await expect(topTokens(matrix([1, 1], 2), matrix([1, 1, 1, 1, 1, 1], 2), { matmul: (a) => a })).rejects.toThrow(
      'a · bᵀ',
    );
  });
});

describe('without some rows of the embedding', () => {
  it('every readout is that of an embedding that never had them', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, fc.infiniteStream(fc.boolean()), async ({ values, embedding }, dropped) => {
        const kept = Array.from({ length: embedding.rows }, (_, token) => token).filter(() => !dropped.next().value);
        fc.pre(kept.length > 0);
        const without = Array.from({ length: embedding.rows }, (_, token) => token).filter((t) => !kept.includes(t));
        const smaller = matrix(
          kept.flatMap((token) => [...rows(embedding)[token]!]),
          embedding.columns,
        );
        const lists = [Array.from({ length: values.rows }, (_, row) => row % kept.length)];
        const k = Math.min(2, kept.length);
        const [a, b] = [
          await readout(values, embedding, { without, rankOf: lists.map((list) => list.map((i) => kept[i]!)) }),
          await readout(values, smaller, { rankOf: lists }),
        ];
        expect([...a.top]).toEqual(Array.from(b.top, (i) => kept[i]));
        expect(a.rankOf).toEqual(b.rankOf);
        a.probability.forEach((p, row) => void expect(p).toBeCloseTo(b.probability[row]!, 9));
        expect([...(await topTokens(values, embedding, { without, k }))]).toEqual(
          Array.from(await topTokens(values, smaller, { k }), (i) => kept[i]),
        );
        const p = await tokenProbabilities(values, embedding, { without });
        for (const row of rows(p)) for (const token of without) expect(row[token]).toBe(0);
      }),
      { seed, numRuns: 100 },
    );
  });

  it('leaves the product as it was, and at least one token', async () => {
    const e = matrix([1, 2, 3, 4], 2);
    await topTokens(e, e, { matmul: () => e, without: [0] });
    expect([...e.data]).toEqual([1, 2, 3, 4]);
    await expect(readout(e, e, { without: [2] })).rejects.toThrow('without holds 2; the embedding has the rows 0 to 1');
    await expect(readout(e, e, { without: [0, 1] })).rejects.toThrow('no token is left');
    await expect(topTokens(e, e, { without: [1, 1], k: 2 })).rejects.toThrow('from 1 to the 1 tokens there are');
  });
});

describe('P3: the ranking of a value is free of its coefficient', () => {
  it('c > 0 keeps it, c < 0 reverses it, softmax is monotone', async () => {
    const coefficient = fc.double({ min: 0.01, max: 100, noNaN: true });
    await fc.assert(
      fc.asyncProperty(ffn, coefficient, async ({ values, embedding }, c) => {
        for (const v of rows(values)) {
          const scores = logits(v, embedding);
          fc.pre(margin(scores) > tolerance.float64 && margin(scores.map((s) => -s)) > tolerance.float64);
          const of = async (factor: number) =>
            (
              await topTokens(
                matrix(
                  v.map((value) => value * factor),
                  v.length,
                ),
                embedding,
              )
            )[0];
          expect(await of(c)).toBe(await of(1));
          expect(await of(-c)).toBe(scores.indexOf(Math.min(...scores)));
          const p = softmax(scores);
          expect(p.indexOf(Math.max(...p))).toBe(await of(1));
        }
      }),
      { seed, numRuns: 100 },
    );
  });
});

describe('P4: confidences are a distribution', () => {
  it('they sum to 1 over the vocabulary, the largest is ≥ 1/|V|, and a vanishing value gives 1/|V| to each', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, async ({ values, embedding }) => {
        const v = rows(values)[0]!;
        const all = async (factor: number) => {
          const repeated = matrix(
            Array.from({ length: embedding.rows }, () => v.map((value) => value * factor)).flat(),
            v.length,
          );
          return Array.from(
            (await readout(repeated, embedding, { probabilityOf: [[...Array(embedding.rows).keys()]], block: 2 }))
              .probabilityOf[0]!,
          );
        };
        const p = await all(1);
        expect(Math.abs(p.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(tolerance.float64);
        expect(Math.max(...p)).toBeGreaterThanOrEqual(1 / embedding.rows - tolerance.float64);
        for (const [i, expected] of softmax(logits(v, embedding)).entries())
          expect(Math.abs(p[i]! - expected)).toBeLessThan(tolerance.float64);
        for (const value of await all(1e-13)) expect(Math.abs(value * embedding.rows - 1)).toBeLessThan(1e-9);
      }),
      { seed, numRuns: 60 },
    );
  });

  it('come in one pass with the token that each residual points at', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, async ({ values, embedding }) => {
        const tokens = rows(values).map((_, row) => row % embedding.rows);
        const found = await readout(values, embedding, { probabilityOf: [tokens, tokens.map(() => -1)], block: 2 });
        expect(found.top).toEqual(await topTokens(values, embedding));
        for (const [row, v] of rows(values).entries())
          expect(Math.abs(found.probabilityOf[0]![row]! - softmax(logits(v, embedding))[tokens[row]!]!)).toBeLessThan(
            tolerance.float64,
          );
        expect(found.probabilityOf[1]).toEqual(new Float64Array(tokens.length).fill(Number.NaN));
      }),
      { seed, numRuns: 60 },
    );
  });

  it('do not overflow where logits are huge', async () => {
    const { probability, probabilityOf } = await readout(matrix([1000, 1000], 1), matrix([1, 1, -1], 1), {
      probabilityOf: [[0, 2]],
    });
    expect([...probability]).toEqual([0.5, 0.5]);
    expect([...probabilityOf[0]!]).toEqual([0.5, 0]);
  });

  it('refuse a token outside of the vocabulary', async () => {
    const read = (token: number[]) => readout(matrix([1], 1), matrix([1, 1], 1), { probabilityOf: [token] });
    await expect(read([2])).rejects.toThrow('vocabulary of 2');
    await expect(read([])).rejects.toThrow('one per row');
  });
});
