import { seededRandom, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutatePrefix, mutations, relativeChange } from '../src/index';

const seed = 20121491;

describe('mutatePrefix', () => {
  it('leaves out exactly the token that it says, and no kept one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 2, maxLength: 8 }), fc.nat(2), fc.nat(), (tokens, kept, start) => {
        const keep = Math.min(kept, tokens.length - 2);
        const random = seededRandom(start);
        const head = tokens.slice(0, keep);
        const rest = tokens.slice(keep);
        const without = (i: number) => [...head, ...rest.filter((_, j) => j !== i)];
        expect([...mutatePrefix(tokens, 'first', { keep })]).toEqual(without(0));
        expect([...mutatePrefix(tokens, 'last', { keep })]).toEqual(without(rest.length - 1));
        const found = `${[...mutatePrefix(tokens, 'random', { keep, random })]}`;
        expect(rest.map((_, i) => `${without(i)}`)).toContain(found);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('draws the random token evenly', () => {
    const random = seededRandom(seed);
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) {
      const left = mutatePrefix([0, 1, 2], 'random', { random });
      counts[[0, 1, 2].find((token) => !left.includes(token))!]!++;
    }
    // Five standard deviations of a count with probability 1/3.
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(5 * Math.sqrt(2000));
  });

  it('refuses what would leave no prefix', () => {
    for (const mutation of mutations) {
      expect(() => mutatePrefix([1], mutation, { random: Math.random })).toThrow('Skip it');
      expect(() => mutatePrefix([101, 1], mutation, { keep: 1, random: Math.random })).toThrow('1 of them kept');
    }
    expect(() => mutatePrefix([1, 2], 'random')).toThrow('give { random }');
    expect(() => mutatePrefix([1, 2], 'middle' as 'last')).toThrow('known ones are first, last, random');
  });
});

describe('P14: relative changes', () => {
  it('are never below −100 % with ReLU', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: 0, max: 1e3, noNaN: true }),
        (before, after) => {
          expect(relativeChange(before, after)).toBeGreaterThanOrEqual(-1);
          expect(Math.abs((1 + relativeChange(before, after)) * before - after)).toBeLessThan(tolerance.float64 * 1e3);
        },
      ),
      { seed, numRuns: 200 },
    );
    expect(relativeChange(2, 0)).toBe(-1);
    expect(relativeChange(-2, -1)).toBe(-0.5);
    expect(() => relativeChange(0, 1)).toThrow('from 0 to 1');
    expect(() => relativeChange(1, Number.NaN)).toThrow('from 1 to NaN');
  });

  it('are equal for all three mutations on average over the orders of a bag, which has no positions', () => {
    const orders = (list: number[]): number[][] =>
      list.length === 0
        ? [[]]
        : list.flatMap((token, i) => orders(list.filter((_, j) => j !== i)).map((rest) => [token, ...rest]));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }), (bag) => {
        // Weights of both signs, so that a key can fall silent; the bag as a whole triggers it.
        const coefficient = (tokens: ArrayLike<number>) =>
          Math.max(
            0,
            Array.from(tokens).reduce((sum, token) => sum + Math.cos(token), 0),
          );
        fc.pre(coefficient(bag) > 0.1);
        const all = orders(bag);
        const mean = (mutate: (tokens: number[], i: number) => ArrayLike<number>, draws: number) => {
          let sum = 0;
          for (const tokens of all)
            for (let i = 0; i < draws; i++) sum += relativeChange(coefficient(bag), coefficient(mutate(tokens, i)));
          return sum / (all.length * draws);
        };
        const first = mean((tokens) => mutatePrefix(tokens, 'first'), 1);
        const last = mean((tokens) => mutatePrefix(tokens, 'last'), 1);
        // Every place once, which is what an even draw gives on average.
        const random = mean(
          (tokens, i) => mutatePrefix(tokens, 'random', { random: () => (i + 0.5) / bag.length }),
          bag.length,
        );
        expect(Math.abs(first - last)).toBeLessThan(tolerance.float64);
        expect(Math.abs(first - random)).toBeLessThan(tolerance.float64);
      }),
      { seed, numRuns: 60 },
    );
  });
});
