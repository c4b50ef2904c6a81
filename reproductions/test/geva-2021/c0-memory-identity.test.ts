import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryProperties } from '../../src/geva-2021/c0-properties';

describe('C0: a feed-forward block is a key-value memory', () => {
  it.each(memoryProperties)('$id: $statement', async ({ property }) => {
    await fc.assert(property, { seed: 2012149, numRuns: 300 });
  });

  it('covers P1 to P5 and P13', () => {
    expect(memoryProperties.map(({ id }) => id)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P13']);
  });
});
