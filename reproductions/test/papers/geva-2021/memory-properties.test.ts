import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fifthCaseWithBias, memoryProperties, withBias } from '../../../src/papers/geva-2021/memory-properties';

describe('C0: a feed-forward block is a key-value memory', () => {
  it.each(memoryProperties)('$id: $statement', async ({ property }) => {
    await fc.assert(property, { seed: 2012149, numRuns: 300 });
  });

  it('covers P1 to P5 and P13', () => {
    expect(memoryProperties.map(({ id }) => id)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P13']);
  });

  it('could find a fifth case: it does with a bias, and the control says so', async () => {
    expect(await fifthCaseWithBias(3)).toBe(true);
    const check = (fifth: boolean) => withBias.check([], [{ fifth }], undefined as never);
    expect([check(true), check(false)]).toMatchObject([{ passed: true }, { passed: false }]);
  });
});
