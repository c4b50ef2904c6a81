import { type Matrix, matmul } from '@interlayer/linalg';
import { tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ReduceLogits, readout, topTokens } from '../src/index';
import { ffn } from './arbitrary-ffn';

/** What an engine does with the logits, one row at a time, by sorting them. */
const reduce: ReduceLogits = async (h, embedding, { k, without, logitsOf, ranksOf }) => {
  const { data } = await matmul(h, embedding);
  const rows = Array.from({ length: h.rows }, (_, row) =>
    Array.from(data.subarray(row * embedding.rows, (row + 1) * embedding.rows), (logit, token) =>
      without.includes(token) ? Number.NEGATIVE_INFINITY : logit,
    ),
  );
  const orders = rows.map((logits) => [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b));
  return {
    top: Int32Array.from(orders.flatMap((order) => order.slice(0, k))),
    largest: rows.map((logits) => Math.max(...logits)),
    sum: rows.map((logits) => logits.reduce((sum, logit) => sum + Math.exp(logit - Math.max(...logits)), 0)),
    logitsOf: logitsOf.map((list) => rows.map((logits, row) => logits[list[row]!]!)),
    ranksOf: ranksOf.map((list) => orders.map((order, row) => order.indexOf(list[row]!))),
  };
};

const expectNear = (actual: Float64Array, expected: Float64Array) => {
  for (const [i, value] of actual.entries())
    if (Number.isNaN(expected[i])) expect(value).toBeNaN();
    else expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance.float32);
};

it('a readout that is reduced elsewhere says what one from logits says', async () => {
  await fc.assert(
    fc.asyncProperty(
      ffn,
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom('positive' as const, 'negative' as const),
      async ({ values, embedding }: { values: Matrix; embedding: Matrix }, numbers, block, side) => {
        const next = (below: number) => numbers.next().value! % below;
        const without = embedding.rows > 2 ? [next(embedding.rows)] : [];
        const gain = Array.from({ length: values.columns }, () => 1 + next(3));
        // −1 for a row without a token; no list names a row of the embedding that does not count.
        const list = () =>
          Array.from({ length: values.rows }, () => {
            const token = next(embedding.rows + 1) - 1;
            return without.includes(token) ? -1 : token;
          });
        const request = { block, side, gain, without, probabilityOf: [list(), list()], rankOf: [list()] };
        const [here, elsewhere] = [
          await readout(values, embedding, request),
          await readout(values, embedding, { ...request, reduce }),
        ];
        expect(elsewhere.top).toEqual(here.top);
        expect(elsewhere.rankOf).toEqual(here.rankOf);
        expectNear(elsewhere.probability, here.probability);
        for (const [i, probabilities] of elsewhere.probabilityOf.entries())
          expectNear(probabilities, here.probabilityOf[i]!);
        const k = 1 + next(embedding.rows - without.length);
        const options = { block, side, gain, without, k };
        expect(await topTokens(values, embedding, { ...options, reduce })).toEqual(
          await topTokens(values, embedding, options),
        );
      },
    ),
    { seed: 3, numRuns: 150 },
  );
});
