import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cached } from '../src/cache';
import { createTokenizer } from '../src/tokenizer';
import { truncatedLengths } from '../src/truncation';
import { smallTokenizers } from './reference/small-tokenizers';

const words = fc.constantFrom(
  ...['the', ' the', ' a', '  ', ' ', '\n', '\t', "'s", '1', ' 23', '.', ' !', 'é', ' é', '中文', '\u00a0', '🙂'],
  ...['[MASK]', ' <x> ', 'ing', ' Σς', '\u0301', '\ud800', '- -', ' thing'],
);
/** Short texts, and some of several thousand units, which are encoded in pieces. */
const texts = fc
  .tuple(fc.array(words, { maxLength: 12 }), fc.constantFrom(1, 1, 1, 150))
  .map(([parts, times]) => parts.join('').repeat(times));

describe.each(Object.entries(smallTokenizers))('%s', (_, json) => {
  const tokenizer = createTokenizer(json);
  const whole = (text: string) => tokenizer.encode(text, { addSpecialTokens: false });

  test('gives the first tokens of a text as if all of it had been encoded', () => {
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 1, max: 40 }), (text, pair, maxLength) => {
        const options = { maxLength, addSpecialTokens: false };
        const [first, second] = [whole(text), whole(pair)];
        const { ids, offsets } = tokenizer.encode(text, options);
        expect(ids).toEqual(first.ids.slice(0, maxLength));
        expect(offsets).toEqual(first.offsets.slice(0, maxLength));
        const lengthOf = (all: number[]) => Math.min(all.length, maxLength);
        const [n, m] = truncatedLengths(lengthOf(first.ids), lengthOf(second.ids), maxLength);
        expect(tokenizer.encode(text, { ...options, pair }).ids).toEqual([
          ...first.ids.slice(0, n),
          ...second.ids.slice(0, m),
        ]);
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});

/** What the pieces of a long text must give: its encoding by a tokenizer that cannot cut it. */
test('a text that is cut at words has the tokens of the text in one piece', () => {
  const names = Object.entries(smallTokenizers).filter(([, json]) => json.pre_tokenizer?.type === 'ByteLevel');
  expect(names.length).toBeGreaterThan(3);
  for (const [name, json] of names) {
    const cut = createTokenizer(json);
    const inOne = createTokenizer({
      ...json,
      pre_tokenizer: { type: 'Sequence', pretokenizers: [json.pre_tokenizer] },
    });
    fc.assert(
      fc.property(fc.array(words, { minLength: 600, maxLength: 3000 }), (parts) => {
        expect(cut.encode(parts.join('')), name).toEqual(inOne.encode(parts.join('')));
      }),
      { numRuns: 5, seed: 11 },
    );
  }
});

test.each(['BERT', 'GPT-2', 'WordLevel, Lowercase'])('%s leaves the rest of a text alone', (name) => {
  const { vocab, merges, ...model } = smallTokenizers[name]!.model;
  const has = (token: string) => !token.includes('z') && token !== model.unk_token;
  const left = Object.fromEntries(
    Object.keys(vocab)
      .filter(has)
      .map((token, id) => [token, id]),
  );
  // Neither the letter z nor an unknown token: the end of the text cannot be encoded.
  const lacking = createTokenizer({
    ...smallTokenizers[name],
    ...{ added_tokens: [], post_processor: null },
    model: { ...model, vocab: left, merges: merges?.filter(has), unk_token: undefined },
  });
  const text = `${'the '.repeat(2000)}zzz`;
  expect(() => lacking.encode(text)).toThrow(/zzz|"z"/);
  expect(lacking.encode(text, { maxLength: 5 }).ids).toHaveLength(5);
});

describe('the cache', () => {
  test('keeps what is used again while others come and go, and holds two generations at most', () => {
    let computed: string[] = [];
    const lengthOf = cached((text) => {
      computed.push(text);
      return text.length;
    }, 4);
    for (let i = 0; i < 100; i++) {
      expect(lengthOf('often')).toBe(5);
      expect(lengthOf(`once ${i}`)).toBe(`once ${i}`.length);
    }
    expect(computed.filter((text) => text === 'often')).toHaveLength(1);
    expect(computed).toHaveLength(101);
    computed = [];
    for (let i = 99; i >= 0; i--) lengthOf(`once ${i}`);
    expect(100 - computed.length).toBeLessThanOrEqual(8);
    expect(100 - computed.length).toBeGreaterThanOrEqual(3);
  });
});
