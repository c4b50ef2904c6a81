import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shared } from '@interlayer/test-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bertTokenizerJson } from '../src/bert-tokenizer-json';
import { loadTokenizer } from '../src/load-tokenizer';
import { createTokenizer, type Tokenizer } from '../src/tokenizer';
import { truncatedLengths } from '../src/truncation';

const read = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

shared('bert-base-uncased', (data) => {
  const folder = join(data, 'bert-base-uncased');
  const { cases } = read(folder, 'tokenizer_fixtures.json') as {
    cases: { name: string; text: string; text_pair?: string; tokens: string[]; ids: number[]; decoded: string }[];
  };
  test('all 30 published cases', async () => {
    const tokenizer = await loadTokenizer(folder);
    expect(cases).toHaveLength(30);
    expect(tokenizer.vocabularySize).toBe(30522);
    expect(tokenizer.special).toEqual({ pad: 0, unk: 100, cls: 101, sep: 102, mask: 103 });
    for (const { text, text_pair: pair, tokens, ids, decoded } of cases) {
      const encoding = tokenizer.encode(text, { pair });
      expect(encoding.tokens.filter((_, i) => !encoding.specialTokensMask[i])).toEqual(tokens);
      expect(encoding.ids).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(decoded);
      checkOffsets(tokenizer, text);
    }
  });
  test('vocab.txt alone gives the same tokenizer', () => {
    const pieces = readFileSync(join(folder, 'vocab.txt'), 'utf8').split('\n').slice(0, -1);
    expect(bertTokenizerJson(pieces)).toMatchObject(read(folder, 'tokenizer.json'));
  });
});

shared('SmolLM2 (byte-level BPE)', (data) => {
  const folder = join(data, 'models/smollm2-135m-instruct');
  test('all recorded strings, their offsets and their way back', async () => {
    const tokenizer = await loadTokenizer(folder);
    for (const { text, ids } of read(folder, 'tokenizer_fixtures.json') as { text: string; ids: number[] }[]) {
      const encoding = tokenizer.encode(text);
      expect(encoding.ids).toEqual(ids);
      expect(encoding.offsets.map(([start]) => start)).toEqual(
        [...encoding.offsets.map(([start]) => start)].sort((a, b) => a - b),
      );
      // Every unit of the text belongs to a token.
      const covered = new Uint8Array(text.length);
      for (const [start, end] of encoding.offsets) covered.fill(1, start, end);
      expect([...covered].every((one) => one === 1)).toBe(true);
    }
  });
});

/** A slice of the text normalises to the token that it gave. */
function checkOffsets(tokenizer: Tokenizer, text: string): void {
  const { tokens, offsets, specialTokensMask } = tokenizer.encode(text);
  let previous = 0;
  tokens.forEach((token, i) => {
    const [start, end] = offsets[i]!;
    if (specialTokensMask[i]) {
      expect([start, end]).toEqual([0, 0]);
      return;
    }
    expect(start).toBeGreaterThanOrEqual(previous);
    expect(end).toBeGreaterThan(start);
    previous = start;
    if (token === '[UNK]') return;
    const words = tokenizer.words(text.slice(start, end));
    if (/^\[[A-Z]+\]$/.test(token)) expect(text.slice(start, end)).toBe(token);
    else expect(words.join(''), `${token} of ${JSON.stringify(text)}`).toContain(token.replace(/^##(?=.)/, ''));
  });
}

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789σςα'];
const small = createTokenizer(
  bertTokenizerJson([
    ...[
      '[PAD]',
      '[UNK]',
      '[CLS]',
      '[SEP]',
      '[MASK]',
      '.',
      ',',
      '!',
      '#',
      '[',
      ']',
      'th',
      '##e',
      'ing',
      '##ing',
      '中',
      '한',
    ],
    ...letters,
    ...letters.filter((letter) => letter !== 'e').map((letter) => `##${letter}`),
    ...['##한', 'ᄒ', '##ᅡ', '##ᆫ'],
  ]),
);
/** Text with all that BERT's normaliser treats: case, accents both ways, controls, odd spaces, CJK, marks in the text. */
const text = fc
  .array(
    fc.constantFrom(
      ...[
        'The',
        'thing',
        'é',
        'e\u0301',
        'İ',
        'ß',
        'ΟΔΟΣ',
        'Σ',
        '中',
        '文',
        '한',
        '\u0000',
        '\u00ad',
        '\u200b',
        '\ufeff',
      ],
      ...[
        '\u000b',
        '\u00a0',
        '\u3000',
        '\t',
        '\n',
        '\r\n',
        ' ',
        '  ',
        '.',
        '#',
        '[MASK]',
        '[mask]',
        '##e',
        '🙂',
        '\ud800',
        'ﬁ',
        'x'.repeat(101),
      ],
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('WordPiece', () => {
  test('offsets: slices of the original normalise to the tokens, in order', () => {
    fc.assert(
      fc.property(text, (text) => checkOffsets(small, text)),
      { seed: 2, numRuns: 1000 },
    );
  });
  test('offsets by hand', () => {
    const slices = (text: string) => {
      const { tokens, offsets } = small.encode(text, { addSpecialTokens: false });
      return tokens.map((token, i) => [token, text.slice(...offsets[i]!)]);
    };
    expect(slices('Thé\u0301 x')).toEqual([
      ['th', 'Th'],
      ['##e', 'é'],
      ['x', 'x'],
    ]);
    expect(slices('a\u200bb 中文')).toEqual([
      ['a', 'a'],
      ['##b', 'b'],
      ['中', '中'],
      ['[UNK]', '文'],
    ]);
    expect(slices('A[MASK]🙂 x')).toEqual([
      ['a', 'A'],
      ['[MASK]', '[MASK]'],
      ['[UNK]', '🙂'],
      ['x', 'x'],
    ]);
    expect(small.encode('th x').offsets).toEqual([
      [0, 0],
      [0, 2],
      [3, 4],
      [0, 0],
    ]);
  });
  test('pairs, an empty second text included', () => {
    expect(small.encode('a', { pair: 'b c' })).toMatchObject({
      tokens: ['[CLS]', 'a', '[SEP]', 'b', 'c', '[SEP]'],
      types: [0, 0, 0, 1, 1, 1],
      mask: [1, 1, 1, 1, 1, 1],
      specialTokensMask: [1, 0, 1, 0, 0, 1],
      offsets: [
        [0, 0],
        [0, 1],
        [0, 0],
        [0, 1],
        [2, 3],
        [0, 0],
      ],
    });
    expect(small.encode('a', { pair: '' }).tokens).toEqual(['[CLS]', 'a', '[SEP]', '[SEP]']);
    expect(small.encode('').tokens).toEqual(['[CLS]', '[SEP]']);
  });
  test('maxLength counts the special tokens', () => {
    expect(small.encode('a b c d', { maxLength: 4 }).tokens).toEqual(['[CLS]', 'a', 'b', '[SEP]']);
    expect(small.encode('a b c d', { maxLength: 4, addSpecialTokens: false }).tokens).toEqual(['a', 'b', 'c', 'd']);
    expect(small.encode('a b c', { pair: 'x', maxLength: 6 }).tokens).toEqual([
      '[CLS]',
      'a',
      'b',
      '[SEP]',
      'x',
      '[SEP]',
    ]);
    expect(() => small.encode('a', { maxLength: 1 })).toThrow('at least 2');
    expect(() => small.encode('a', { pair: 'b', maxLength: 2 })).toThrow('at least 3');
    expect(() => small.encode(undefined as never)).toThrow('must be a string');
  });
  test('decode', () => {
    const { ids } = small.encode('The thing.');
    expect(small.decode(ids)).toBe('[CLS] the thing. [SEP]');
    expect(small.decode(Int32Array.from(ids), { skipSpecialTokens: true })).toBe('the thing.');
    expect(small.decode([])).toBe('');
    expect(() => small.decode([10_000])).toThrow('10000');
  });
});

describe('encodeBatch', () => {
  test('is encode, padded', () => {
    const batch = small.encodeBatch(['a b c', ['a', 'b'], ''], { padTo: 6 });
    expect(batch.shape).toEqual([3, 6]);
    expect([...batch.lengths]).toEqual([5, 5, 2]);
    const rows = [small.encode('a b c'), small.encode('a', { pair: 'b' }), small.encode('')];
    const flat = (name: 'ids' | 'mask' | 'types') =>
      rows.flatMap((row) => [...row[name], ...Array(6 - row.ids.length).fill(0)]);
    expect([...batch.ids]).toEqual(flat('ids'));
    expect([...batch.mask]).toEqual(flat('mask'));
    expect([...batch.types]).toEqual(flat('types'));
  });
  test('pads to the longest, on the left if asked', () => {
    const batch = small.encodeBatch(['a b', 'c'], { padSide: 'left', padId: 9, addSpecialTokens: false });
    const [a, b, c] = ['a', 'b', 'c'].map((token) => small.tokenToId(token)!);
    expect(batch.shape).toEqual([2, 2]);
    expect([...batch.ids]).toEqual([a, b, 9, c]);
    expect([...batch.mask]).toEqual([1, 1, 0, 1]);
  });
  test('refuses what does not fit', () => {
    expect(() => small.encodeBatch(['a b c'], { padTo: 4 })).toThrow('maxLength');
    expect(small.encodeBatch(['a b c'], { padTo: 4, maxLength: 4 }).shape).toEqual([1, 4]);
    expect(small.encodeBatch([]).shape).toEqual([0, 0]);
  });
});

describe('byte-level BPE', () => {
  const json = (preTokenizer: object, postProcessor: object | null = null, normalizer: object | null = null) => {
    const vocabulary = Object.fromEntries([...'abcdehlorstw Ġ!éÃ©ðŁĻĤČĊ'].map((token, id) => [token, id]));
    const merges = ['h e', 'l l', 'he ll', 'hell o', 'Ġ w'];
    for (const merge of merges) vocabulary[merge.replace(' ', '')] = Object.keys(vocabulary).length;
    return {
      added_tokens: [{ id: 29, content: '<|endoftext|>', special: true, normalized: false }],
      normalizer,
      pre_tokenizer: preTokenizer,
      post_processor: postProcessor,
      decoder: { type: 'ByteLevel' },
      model: { type: 'BPE', vocab: vocabulary, merges },
    };
  };
  const plain = createTokenizer(json({ type: 'ByteLevel', add_prefix_space: false }));
  const pairs = ({ tokens, offsets }: { tokens: string[]; offsets: [number, number][] }) =>
    tokens.map((token, i) => [token, ...offsets[i]!]);
  test('offsets by hand, whole characters for parts of one', () => {
    expect(pairs(plain.encode('hello w🙂<|endoftext|>é'))).toEqual([
      ['hello', 0, 5],
      ['Ġw', 5, 7],
      ['ð', 7, 9],
      ['Ł', 7, 9],
      ['Ļ', 7, 9],
      ['Ĥ', 7, 9],
      ['<|endoftext|>', 9, 22],
      ['Ã', 22, 23],
      ['©', 22, 23],
    ]);
    expect(plain.special).toEqual({ bos: 29, eos: 29 });
  });
  test('a prefix space has no place; trimmed offsets leave white space out', () => {
    const prefixed = createTokenizer(
      json({ type: 'ByteLevel', add_prefix_space: true }, { type: 'ByteLevel', trim_offsets: true }),
    );
    expect(pairs(prefixed.encode('world w'))).toEqual([
      ['Ġw', 0, 1],
      ['o', 1, 2],
      ['r', 2, 3],
      ['l', 3, 4],
      ['d', 4, 5],
      ['Ġw', 6, 7],
    ]);
    expect(pairs(prefixed.encode('hello')).slice(0, 2)).toEqual([
      ['Ġ', 0, 0],
      ['hello', 0, 5],
    ]);
  });
  test('a normaliser that composes', () => {
    const composed = createTokenizer(json({ type: 'ByteLevel' }, null, { type: 'NFC' }));
    expect(pairs(composed.encode('he\u0301 w'))).toEqual([
      ['h', 0, 1],
      ['Ã', 1, 2],
      ['©', 1, 2],
      ['Ġw', 3, 5],
    ]);
  });
  test('pairs are joined, padding is on request only', () => {
    expect(plain.encode('a', { pair: 'b' })).toMatchObject({ tokens: ['a', 'b'], types: [0, 1] });
    expect([...plain.encodeBatch(['a b', 'a'], { padSide: 'left' }).ids]).toEqual([0, 13, 1, 29, 29, 0]);
  });
});

describe('recorded from the Rust library (recipe in the file)', () => {
  const reference = read(import.meta.dirname, 'fixtures/reference.json');
  const mini = createTokenizer(read(import.meta.dirname, '../../mini-bert/models/base/tokenizer.json'));
  test.each(reference.encodings as ({ text: string } & Record<string, unknown>)[])('$text', ({ text, ...expected }) => {
    expect(mini.encode(text)).toMatchObject(expected);
  });
  test('a pair', () => {
    const { text, pair, ...expected } = reference.pair;
    expect(mini.encode(text, { pair })).toMatchObject(expected);
  });
  test.each(['longest_first', 'only_first', 'only_second'] as const)('truncation %s', (truncation) => {
    for (const [n, m, budget, kept] of reference.truncation[truncation]) {
      if (kept) expect(truncatedLengths(n, m, budget, truncation), `${n} + ${m} to ${budget}`).toEqual(kept);
      else expect(() => truncatedLengths(n, m, budget, truncation)).toThrow(truncation);
    }
  });
});
