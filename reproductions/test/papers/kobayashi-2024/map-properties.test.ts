import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownFaults, mapProperties, missedFaults } from '../../../src/papers/kobayashi-2024/map-properties';

describe('D0: feed-forward blocks fit into attention maps exactly', () => {
  it.each(mapProperties)('$id: $statement', async ({ property }) => {
    await fc.assert(property, { seed: 2302, numRuns: 100 });
  });

  it('covers the properties that say what a map is', () => {
    expect(mapProperties.map(({ id }) => id)).toEqual(['Q1', 'Q2', 'Q3', 'Q4', 'Q8', 'Q10', 'Q13', 'Q17']);
  });

  it('tells wrong decompositions from right ones, and the control says so', async () => {
    expect(await missedFaults(3)).toEqual([]);
    expect(await missedFaults(3, { harmless: async () => true })).toEqual(['harmless']);
    const check = (missed: string[]) => knownFaults.check([], [{ missed }], undefined as never);
    expect([check([]), check(['no bias of the values'])]).toMatchObject([{ passed: true }, { passed: false }]);
  });
});
