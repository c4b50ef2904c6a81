import { seededRandom, tolerance } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findPatterns,
  fitTfIdf,
  meanCosine,
  modalShare,
  type Pattern,
  patternCandidates,
  patternFrequencies,
  randomPrefixes,
} from '../src/index';

const seed = 20121491;
const runs = { seed, numRuns: 200 };
const sentence = fc.array(fc.nat(3), { maxLength: 8 });
const corpus = fc.array(sentence, { maxLength: 6 });
const everyPattern: Pattern[] = [
  ...[0, 1, 2, 3].map((token): Pattern => ({ kind: 'content', tokens: [token] })),
  ...[0, 1, 2, 3].map((token): Pattern => ({ kind: 'suffix', tokens: [token] })),
  ...[0, 1, 2, 3].flatMap((a) => [0, 1].map((b): Pattern => ({ kind: 'suffix', tokens: [a, b] }))),
  { kind: 'suffix', tokens: [1, 2, 0] },
  { kind: 'suffix', tokens: [2, 2, 2] },
];

/** Whether a prefix carries a pattern, from the definition. */
function carries(prefix: readonly number[], { kind, tokens }: Pattern, longest: number): boolean {
  return kind === 'suffix'
    ? `${prefix.slice(-tokens.length)}` === `${tokens}` && prefix.length >= tokens.length
    : prefix.slice(0, Math.max(0, prefix.length - longest)).includes(tokens[0]!);
}
const prefixesOf = (sentences: readonly number[][]) =>
  sentences.flatMap((tokens) => tokens.map((_, end) => tokens.slice(0, end + 1)));

describe('patterns', () => {
  it('are counted over all prefixes of a corpus as brute force counts them', () => {
    fc.assert(
      fc.property(corpus, fc.integer({ min: 1, max: 3 }), (sentences, longest) => {
        const found = patternFrequencies(everyPattern, sentences, longest);
        const prefixes = prefixesOf(sentences);
        expect(found.prefixes).toBe(prefixes.length);
        for (const pattern of everyPattern)
          expect(found.of(pattern)).toBe(prefixes.filter((prefix) => carries(prefix, pattern, longest)).length);
        expect(found.of({ kind: 'suffix', tokens: [9, 9] })).toBe(0);
        expect(found.of({ kind: 'content', tokens: [9] })).toBe(0);
      }),
      runs,
    );
  });

  it('of a group are all that some prefix carries, each with its carriers', () => {
    fc.assert(
      fc.property(corpus, fc.integer({ min: 1, max: 3 }), (prefixes, longestSuffix) => {
        const isContent = (token: number) => token > 1;
        const found = patternCandidates(prefixes, { isContent, longestSuffix });
        const named = new Map(found.map((pattern) => [`${pattern.kind} ${pattern.tokens}`, pattern.carriers]));
        expect(named.size).toBe(found.length);
        for (const pattern of everyPattern) {
          const sought =
            pattern.kind === 'suffix' ? pattern.tokens.length <= longestSuffix : isContent(pattern.tokens[0]!);
          const expected = prefixes.flatMap((prefix, i) => (carries(prefix, pattern, longestSuffix) ? [i] : []));
          expect(named.get(`${pattern.kind} ${pattern.tokens}`) ?? []).toEqual(sought ? expected : []);
        }
      }),
      runs,
    );
  });
});

/** Sentences of a language of 200 tokens, the first ones far more frequent. */
function zipfian(sentences: number, random: () => number): number[][] {
  return Array.from({ length: sentences }, () =>
    Array.from({ length: 4 + Math.floor(random() * 20) }, () => Math.floor(200 ** random()) - 1),
  );
}
const isContent = (token: number) => token > 5;

describe('findPatterns', () => {
  const random = seededRandom(seed);
  const sentences = zipfian(4000, random);
  // Planted: 40 sentences with the suffix 7 8 in their middle, 40 that begin with token 150.
  for (let i = 0; i < 40; i++) {
    sentences[i]!.splice(3, 0, 7, 8);
    sentences[100 + i]![0] = 150;
  }

  it('finds what was planted, and says what each prefix carries', () => {
    const suffix = sentences.slice(0, 10).map((tokens) => tokens.slice(0, 5));
    const content = sentences.slice(100, 110).map((tokens) => [...tokens.slice(0, 4), ...tokens.slice(1, 3)]);
    const [shallow, semantic, both] = findPatterns([suffix, content, [...suffix, ...content]], sentences, {
      isContent,
    });
    expect(shallow!.patterns[0]).toMatchObject({ kind: 'suffix', tokens: [7, 8] });
    expect(shallow!.patterns[0]!.carriers.length).toBe(10);
    expect(shallow!.coverage.every((kind) => kind.startsWith('shallow'))).toBe(true);
    expect(semantic!.patterns[0]).toMatchObject({ kind: 'content', tokens: [150] });
    expect(semantic!.coverage.every((kind) => kind.endsWith('semantic'))).toBe(true);
    expect(both!.coverage.slice(0, 10).every((kind) => kind.startsWith('shallow'))).toBe(true);
    expect(both!.coverage.slice(10).every((kind) => kind.endsWith('semantic'))).toBe(true);
    for (const { patterns } of [shallow!, semantic!, both!])
      for (const { p, carriers } of patterns) {
        expect(p).toBeLessThanOrEqual(0.01);
        expect(carriers.length).toBeGreaterThanOrEqual(3);
      }
  });

  it('finds nothing in random groups but what alpha allows', () => {
    const groups = Array.from({ length: 600 }, () => randomPrefixes(sentences, 25, random));
    for (const alpha of [0.01, 0.2]) {
      const wrong = findPatterns(groups, sentences, { isContent, alpha }).filter(({ patterns }) => patterns.length > 0);
      // Four standard deviations above a family-wise error of exactly alpha; Holm and whole counts make it less.
      expect(wrong.length).toBeLessThan(600 * alpha + 4 * Math.sqrt(600 * alpha * (1 - alpha)));
    }
  });

  it('leaves a prefix without a pattern uncovered, and needs enough carriers', () => {
    const group = [...sentences.slice(0, 3).map((tokens) => tokens.slice(0, 5)), [0, 0, 0, 1]];
    const [found] = findPatterns([group], sentences, { isContent });
    expect(found!.coverage[3]).toBe('none');
    expect(findPatterns([group], sentences, { isContent, least: 4 })[0]!.patterns).toEqual([]);
    expect(findPatterns([[]], sentences, { isContent })).toEqual([{ patterns: [], coverage: [], candidates: 0 }]);
  });

  it('refuses another corpus than that of the prefixes', () => {
    const group = sentences.slice(0, 3).map((tokens) => tokens.slice(0, 5));
    expect(() => findPatterns([group], [[1, 2, 3]], { isContent })).toThrow('but only 0 of the corpus do');
  });
});

describe('meanCosine', () => {
  it('is the mean over all pairs by brute force', () => {
    fc.assert(
      fc.property(corpus, fc.array(sentence, { minLength: 2, maxLength: 5 }), (sentences, prefixes) => {
        const tfIdf = fitTfIdf(sentences);
        const vectors = prefixes.map((prefix) =>
          [0, 1, 2, 3].map((token) => {
            const frequency = sentences.filter((each) => each.includes(token)).length;
            const idf = 1 + Math.log((sentences.length + 1) / (frequency + 1));
            return prefix.slice(0, -1).filter((other) => other === token).length * idf;
          }),
        );
        const length = (v: number[]) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
        const cosines = vectors.flatMap((a, i) =>
          vectors.slice(i + 1).map((b) => {
            const scale = length(a) * length(b);
            return scale === 0 ? 0 : a.reduce((sum, value, k) => sum + value * b[k]!, 0) / scale;
          }),
        );
        const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
        expect(Math.abs(meanCosine(prefixes, tfIdf) - mean)).toBeLessThan(tolerance.float64);
      }),
      runs,
    );
    expect(() => meanCosine([[1]], fitTfIdf([]))).toThrow('A group of 1 prefixes has no pairs');
  });
});

describe('randomPrefixes', () => {
  it('draws every position equally often', () => {
    const sentences = [[1, 2, 3, 4, 5], [], [6], [7, 8]];
    const random = seededRandom(seed);
    const counts = new Map<number, number>();
    const draws = 16_000;
    for (let i = 0; i < draws; i++) {
      const [prefix] = randomPrefixes(sentences, 1, random);
      const last = prefix!.at(-1)!;
      expect(sentences.some((tokens) => `${tokens.slice(0, prefix!.length)}` === `${prefix}`)).toBe(true);
      counts.set(last, (counts.get(last) ?? 0) + 1);
    }
    // Five standard deviations of a count with probability 1/8.
    for (let token = 1; token <= 8; token++)
      expect(Math.abs(counts.get(token)! - draws / 8)).toBeLessThan(5 * Math.sqrt(draws * (1 / 8) * (7 / 8)));
  });

  it('takes one from a sentence, and no more than there are', () => {
    const sentences = [[1, 1], [], [2, 2, 2], [3]];
    for (let i = 0; i < 50; i++)
      expect(
        randomPrefixes(sentences, 3, seededRandom(i))
          .map(([first]) => first)
          .sort(),
      ).toEqual([1, 2, 3]);
    expect(() => randomPrefixes(sentences, 4, Math.random)).toThrow('the corpus has 3 sentences');
  });
});

describe('modalShare', () => {
  it('is the share of the most frequent token, of those there are', () => {
    expect(modalShare([3, 3, 5, -1])).toBe(2 / 3);
    expect(modalShare([4])).toBe(1);
    expect(modalShare([-1])).toBeNaN();
  });
});
