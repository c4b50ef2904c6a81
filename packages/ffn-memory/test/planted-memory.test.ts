import { matrix } from '@interlayer/linalg';
import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import {
  agreement,
  createTriggerScan,
  memoryCoefficients,
  precisionAt,
  readout,
  shuffledAgreement,
  triggerTokens,
} from '../src/index';

/**
 * P12, the positive control: keys that answer to one direction, which the stream has only before token b(i), and values that
 * are the embedding of token a(i). Agreement is then the share of cells with a = b, whatever else there is.
 */
async function planted(written: (cell: number) => number) {
  const [vocabulary, d, cells, t] = [20, 48, 16, 10];
  const random = seededRandom(20121491);
  const noise = () => (random() - 0.5) / 50;
  const read = (cell: number) => (7 * cell + 3) % vocabulary;
  // Nearly orthonormal: a unit vector each, and a little of everything else. The upper half of the width is for directions.
  const embedding = matrix(
    Float64Array.from({ length: vocabulary * d }, (_, i) => (i % d === Math.floor(i / d) ? 1 : 0) + noise()),
    d,
  );
  const direction = (token: number, k: number) => (k === vocabulary + token ? 1 : 0);
  const keys = matrix(
    Float64Array.from({ length: cells * d }, (_, i) => direction(read(Math.floor(i / d)), i % d) + noise()),
    d,
  );
  const values = matrix(
    Float64Array.from(
      { length: cells * d },
      (_, i) => embedding.data[written(Math.floor(i / d)) * d + (i % d)]! + noise(),
    ),
    d,
  );
  const sentences = Array.from({ length: 300 }, () =>
    Array.from({ length: 2 + Math.floor(random() * 12) }, () => Math.floor(random() * vocabulary)),
  );
  const scan = createTriggerScan({ layers: 1, cells, top: t, about: 'planted' });
  for (const [example, tokens] of sentences.entries()) {
    const positions = [...tokens.keys()];
    // What the stream holds at a position: the direction of the token that follows.
    const x = matrix(
      positions.flatMap((p) => Array.from({ length: d }, (_, k) => direction(tokens[p + 1] ?? -1, k) + noise())),
      d,
    );
    const scores = await memoryCoefficients(x, keys, undefined, 'identity');
    scan.add({ layer: 0, scores, examples: positions.map(() => example), positions });
  }
  const found = scan.result();
  const tokensOf = (example: number) => sentences[example]!;
  const next = triggerTokens(found, 0, tokensOf);
  const { top, rankOf } = await readout(values, embedding, { rankOf: [next.filter((_, i) => i % t === 0)] });
  return { found, next, top, ranks: rankOf[0]!, read, cells, t };
}

describe('P12: a planted memory', () => {
  it('agrees in every cell where values write what keys read', async () => {
    const { next, top, ranks, read, cells, t } = await planted((cell) => (7 * cell + 3) % 20);
    expect([...top]).toEqual(Array.from({ length: cells }, (_, cell) => read(cell)));
    expect(agreement(top, next)).toEqual(Array(cells).fill(true));
    expect([...ranks]).toEqual(Array(cells).fill(0));
    expect([...precisionAt(top, next, t)]).toEqual(Array(cells).fill(1));
    // 16 different tokens, each wanted by one key: one cell would agree by chance.
    expect(
      shuffledAgreement(
        top,
        next.filter((_, i) => i % t === 0),
      ).mean,
    ).toBe(1);
  });

  it('agrees in none where values write something else, and in just those where they do not', async () => {
    const none = await planted((cell) => (7 * cell + 4) % 20);
    expect(agreement(none.top, none.next)).toEqual(Array(none.cells).fill(false));
    const third = await planted((cell) => (7 * cell + (cell % 3 === 0 ? 3 : 5)) % 20);
    expect(agreement(third.top, third.next)).toEqual(Array.from({ length: third.cells }, (_, cell) => cell % 3 === 0));
  });
});
