import { createTriggerScan } from '@interlayer/ffn-memory';
import { matrix } from '@interlayer/linalg';
import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import {
  contentTokens,
  coverageShare,
  coverages,
  coveredShare,
  measurePatterns,
  randomGroups,
} from '../../../src/papers/geva-2021/materials/patterns';
import { SPECIAL, tokenizer } from '../../subjects/tiny-models';

const random = seededRandom(4);
const [PLANTED, SENTENCES, LENGTH] = [30, 400, 8];
const token = (text: string) => tokenizer.tokenToId(text)!;
const [PEACE, WHEAT] = [token('peace'), token('wheat')];
const others = Array.from({ length: SPECIAL.unk }, (_, id) => id).filter((id) => id !== PEACE && id !== WHEAT);

/** Random sentences; some have "peace" at their fifth place, as many others "wheat" at their first. */
const sentences = Array.from({ length: SENTENCES }, (_, i) => {
  const sentence = Int32Array.from({ length: LENGTH }, () => others[Math.floor(random() * others.length)]!);
  if (i < PLANTED) sentence[4] = PEACE;
  else if (i < 2 * PLANTED) sentence[0] = WHEAT;
  return sentence;
});

/** Key 0 is triggered by prefixes that end in "peace", key 1 by such that begin with "wheat", key 2 by anything. */
function planted() {
  const scan = createTriggerScan({ layers: 1, cells: 3, top: PLANTED, dedupe: 'sentence', about: 'planted' });
  const scores = sentences.map((_, i) => [i < PLANTED ? 2 : -1, i >= PLANTED && i < 2 * PLANTED ? 2 : -1, random()]);
  scan.add({
    layer: 0,
    scores: matrix(Float64Array.from(scores.flat()), 3),
    examples: sentences.map((_, i) => i),
    positions: scores.flatMap(() => [4, 5, 5]),
  });
  return scan.result();
}

describe('patterns of keys', () => {
  const found = measurePatterns(planted(), sentences, tokenizer, 1);
  const [{ modal, groups }] = found.layers as [(typeof found.layers)[number]];
  /** Groups are those of the keys in a drawn order; what each is follows from what it covers. */
  const share = (kind: (typeof coverages)[number]) => groups.map((group) => coverageShare([group], kind));

  it('have the share of the last token that most triggers end in', () => {
    expect(modal[0]).toBe(1);
    expect(modal[1]).toBeLessThan(0.4);
    expect(modal[2]).toBeLessThan(0.4);
  });

  it('are found where they are planted, by their ending or by a word, and nowhere else', () => {
    expect(groups).toHaveLength(3);
    expect(Math.max(...share('shallow'))).toBeGreaterThan(80);
    expect(Math.max(...share('semantic'))).toBeGreaterThan(80);
    expect(groups.filter(({ patterns }) => patterns.length === 0)).toHaveLength(1);
    expect(groups.map((group) => coveredShare([group])).sort((a, b) => a - b)[0]).toBe(0);
    for (const group of groups)
      expect(coverages.reduce((sum, kind) => sum + coverageShare([group], kind), 0)).toBeCloseTo(100, 10);
  });

  it('are sought in as many groups of random prefixes, where there are hardly any', () => {
    expect(found.random).toHaveLength(3);
    const check = (random: typeof found.random) =>
      randomGroups.check(
        [
          { layers: [], random },
          { layers: [], random: [] },
        ],
        [],
        undefined as never,
      );
    expect(check(found.random)).toMatchObject({ passed: true, detail: 'a pattern in 0 of 3 groups' });
    // a search that finds patterns in everything is noticed
    const everywhere = Array.from({ length: 60 }, () => groups.find(({ patterns }) => patterns.length > 0)!);
    expect(check(everywhere)).toMatchObject({ passed: false, detail: 'a pattern in 60 of 60 groups' });
    expect(check([])).toMatchObject({ passed: true });
  });

  it('are the same for the same seed', () => {
    expect(measurePatterns(planted(), sentences, tokenizer, 1)).toEqual(found);
  });
});

it('content words are whole words that are no stop words', () => {
  const content = contentTokens(tokenizer);
  const words = content.flatMap((is, id) => (is ? [tokenizer.idToToken(id)!] : []));
  expect(words).toContain('peace');
  for (const word of ['the', 'of', 'we', '[CLS]', '[UNK]']) expect(words).not.toContain(word);
});
