import { matrix } from '@interlayer/linalg';
import { tolerance, values } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activations,
  activeShare,
  createTriggerScan,
  ffnAsMemory,
  gatedCoefficients,
  memoryCoefficients,
  topTokens,
  triggersOf,
  zeroAgreement,
} from '../src/index';
import { dot, ffn, logits, rows } from './arbitrary-ffn';

const seed = 20121491;

/** A feed-forward block with a second list of keys. */
const gated = ffn.chain((block) =>
  fc.record({
    block: fc.constant(block),
    up: fc
      .array(values(), { minLength: block.keys.data.length, maxLength: block.keys.data.length })
      .map((data) => matrix(data, block.keys.columns)),
    upBias: fc.array(values(), { minLength: block.keys.rows, maxLength: block.keys.rows }),
    activation: fc.constantFrom('silu', 'gelu', 'relu') as fc.Arbitrary<'silu' | 'gelu' | 'relu'>,
  }),
);

describe('a gated block', () => {
  it('is the sum of its memories (P1)', async () => {
    await fc.assert(
      fc.asyncProperty(gated, async ({ block, up, upBias, activation }) => {
        const keys = { gate: block.keys, up, gateBias: block.b1, upBias };
        const m = await gatedCoefficients(block.x, keys, activation);
        const y = rows(ffnAsMemory(m, block.values));
        for (const [r, x] of rows(block.x).entries()) {
          // The other way round: down(f(gate(x)) ⊙ up(x)), from the last cell to the first.
          const hidden = rows(block.keys).map(
            (g, i) =>
              activations[activation](block.b1[i]! + dot([...x].reverse(), [...g].reverse())) *
              (upBias[i]! + dot([...x].reverse(), [...rows(up)[i]!].reverse())),
          );
          const expected = y[r]!.map((_, k) =>
            rows(block.values).reduceRight((sum, v, i) => sum + hidden[i]! * v[k]!, 0),
          );
          const scale = Math.max(1, ...expected.map(Math.abs));
          for (const [k, value] of expected.entries())
            expect(Math.abs(y[r]![k]! - value)).toBeLessThan(tolerance.float64 * scale);
        }
      }),
      { seed, numRuns: 100 },
    );
  });

  it('without biases and by hand: the gate opens, the other key gives loudness and sign', async () => {
    const x = matrix([2, 3], 2);
    const keys = { gate: matrix([1, 0, -100, 0, 1, 0], 2), up: matrix([0, -1, 0, 1, 0, 1], 2) };
    const m = await gatedCoefficients(x, keys);
    const silu2 = 2 / (1 + Math.exp(-2));
    expect(m.data[0]).toBeCloseTo(-3 * silu2, 14);
    expect(m.data[1]).toBeCloseTo(0, 14);
    expect(m.data[2]).toBeCloseTo(3 * silu2, 14);
    expect(activeShare(await memoryCoefficients(x, keys.gate, undefined, 'relu'))[0]).toBe(2 / 3);
    await expect(gatedCoefficients(x, { gate: x, up: keys.up })).rejects.toThrow('gate has 1 keys and up has 3');
  });

  it('keeps triggers of both signs apart; a cell of negative coefficient promotes what its value ranks last', async () => {
    const value = matrix([1, -2], 2);
    const embedding = matrix([1, 0, 0, 1, -1, 0], 2);
    const m = matrix([0.5, -0.1, -0.9, 0.2], 1);
    const list = (side: 'positive' | 'negative') => {
      const scan = createTriggerScan({ layers: 1, cells: 1, top: 3, side });
      scan.add({ layer: 0, scores: m, examples: [0, 1, 2, 3], positions: [0, 0, 0, 0] });
      return triggersOf(scan.result(), 0, 0).map(({ score, example }) => [score, example]);
    };
    expect(list('positive')).toEqual([
      [0.5, 0],
      [0.2, 3],
    ]);
    expect(list('negative')).toEqual([
      [-0.9, 2],
      [-0.1, 1],
    ]);
    const scores = logits([1, -2], embedding);
    const promoted = await topTokens(ffnAsMemory(matrix([-0.9], 1), value), embedding);
    expect(promoted[0]).toBe(scores.indexOf(Math.min(...scores)));
    expect(await topTokens(matrix([-1, 2], 2), embedding)).toEqual(promoted);
  });

  it('agrees with a prediction in the direction of its sign, and is active where its gate is open', async () => {
    await fc.assert(
      fc.asyncProperty(gated, ffn, fc.nat(), async ({ block, up, upBias, activation }, { embedding }, pick) => {
        if (embedding.columns !== block.values.columns) return;
        const keys = { gate: block.keys, up, gateBias: block.b1, upBias };
        const coefficients = await gatedCoefficients(block.x, keys, activation);
        const gates = await memoryCoefficients(block.x, block.keys, block.b1, 'identity');
        const valueTop = await topTokens(block.values, embedding);
        const reversedTop = await topTokens(block.values, embedding, { side: 'negative' });
        const y = rows(block.x).map((_, row) => (pick + row) % embedding.rows);
        const input = { coefficients, valueTop, reversedTop, gates, y };
        for (const cells of ['all', 'active'] as const)
          expect(zeroAgreement(input, { cells })).toEqual(
            rows(coefficients).map((m, row) =>
              m.every((value, i) => {
                const promoted = (value < 0 ? reversedTop : valueTop)[i];
                const counts = cells === 'all' || rows(gates)[row]![i]! > 0;
                return !counts || promoted !== y[row];
              }),
            ),
          );
      }),
      { seed, numRuns: 200 },
    );
    const coefficients = matrix([1, 2], 2);
    const input = { coefficients, valueTop: [0, 1], y: [0] };
    expect(() => zeroAgreement({ ...input, reversedTop: [1] })).toThrow('reversedTop has 1 tokens for 2 cells');
    expect(() => zeroAgreement({ ...input, gates: matrix([1], 1) })).toThrow('gates is 1 × 1; coefficients is 1 × 2');
  });
});
