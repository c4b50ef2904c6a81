import {
  ByteFallbackDecoder,
  ByteLevelDecoder,
  ByteLevelPostProcessor,
  CTCDecoder,
  type Decoder,
  MetaspaceDecoder,
  type PostProcessor,
  ReplaceDecoder,
  RobertaProcessingPostProcessor,
  SplitPreTokenizer,
  TemplateProcessingPostProcessor,
  Unigram,
} from '@huggingface/tokenizers';
import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../src/tokenizer';

// Why some parts are not from @huggingface/tokenizers: each case has the value of the Rust library (tokenizers 0.23.2), from
// which @huggingface/tokenizers differs. Once it no longer does, the last expectation fails, and our code can be deleted.

const wordLevel = (tokens: readonly string[]) => ({
  type: 'WordLevel',
  vocab: Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id])),
  unk_token: tokens[0],
});

describe('decoders', () => {
  const replace = { type: 'Replace', pattern: { String: '▁' }, content: '$&' } as const;
  const metaspace = { type: 'Metaspace', replacement: '▁' } as const;
  const ctc = { type: 'CTC', pad_token: '<pad>', word_delimiter_token: '|', cleanup: true } as const;
  test.each<[string, Decoder, string[], string]>([
    ['outside the byte alphabet', new ByteLevelDecoder({ type: 'ByteLevel' }), ['a', 'Ġ', '中', ' '], 'a 中 '],
    ['U+FEFF', new ByteFallbackDecoder({ type: 'ByteFallback' }), ['<0xEF>', '<0xBB>', '<0xBF>', 'a'], '\ufeffa'],
    [
      'bytes that are not UTF-8',
      new ByteFallbackDecoder({ type: 'ByteFallback' }),
      ['<0xA9>', '<0x20>', '<0x20>'],
      '\ufffd\ufffd\ufffd',
    ],
    ['no byte', new ByteFallbackDecoder({ type: 'ByteFallback' }), ['<0x1G>'], '<0x1G>'],
    [
      'several marks before the first word',
      new MetaspaceDecoder({ ...metaspace, prepend_scheme: 'always' }),
      ['▁▁a', '▁b'],
      'a b',
    ],
    ['no added mark', new MetaspaceDecoder({ ...metaspace, prepend_scheme: 'never' }), ['▁a', '▁b'], ' a b'],
    ['a replacement with $', new ReplaceDecoder(replace), ['▁a'], '$&a'],
    ['CTC', new CTCDecoder(ctc), ['a', 'a', '<pad>', 'a<pad>', '|', 'b', ' ', '.', '|'], 'aa b . '],
  ])('%s', (_, library, tokens, text) => {
    const { vocab } = wordLevel(tokens);
    const tokenizer = createTokenizer(
      { decoder: library.config, model: wordLevel(tokens) },
      { clean_up_tokenization_spaces: false },
    );
    expect(tokenizer.decode(tokens.map((token) => vocab[token]!))).toBe(text);
    expect(library.decode(tokens)).not.toBe(text);
  });
});

describe('post-processors', () => {
  const [first, second] = [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }];

  const special = { SpecialToken: { id: 'sep', ids: [], tokens: [], type_id: 0 } };
  test.each<[string, PostProcessor, number[], number[]]>([
    [
      'the segments of RoBERTa',
      new RobertaProcessingPostProcessor({ type: 'RobertaProcessing', sep: ['</s>', 1], cls: ['<s>', 0] }),
      [0, 2, 1, 1, 3, 1],
      [0, 0, 0, 0, 0, 0],
    ],
    ['a pair without a template', new ByteLevelPostProcessor({ type: 'ByteLevel' }), [2, 3], [0, 1]],
    [
      'a special token of two ids',
      new TemplateProcessingPostProcessor({
        type: 'TemplateProcessing',
        single: [first],
        pair: [first, special, second],
        special_tokens: { sep: { id: 'sep', ids: [1, 0], tokens: ['</s>', '<s>'] } },
      }),
      [2, 1, 0, 3],
      [0, 0, 0, 1],
    ],
  ])('%s', (_, library, ids, types) => {
    const tokenizer = createTokenizer({ post_processor: library.config, model: wordLevel(['<s>', '</s>', 'a', 'b']) });
    expect(tokenizer.encode('a', { pair: 'b' })).toMatchObject({ ids, types });
    const { tokens, token_type_ids } = library.post_process(['a'], ['b']);
    expect([tokens.length, token_type_ids]).not.toEqual([ids.length, types]);
  });
});

test('Unigram: an unknown token that the text spells out', () => {
  const vocab = ['<unk>', ...'<unk>a'].map((token, id): [string, number] => [token, id === 0 ? 0 : -1]);
  const model = { type: 'Unigram', unk_id: 0, vocab } as const;
  const tokenizer = createTokenizer({ model });
  const { ids, offsets } = tokenizer.encode('a<unk>qqa');
  expect([ids, offsets]).toEqual([
    [6, 0, 6],
    [
      [0, 1],
      [1, 8],
      [8, 9],
    ],
  ]);
  const library = new Unigram(model, '');
  expect(library.tokenize('a<unk>qqa').length).toBeGreaterThan(5);
  library.scores[0] = 0;
  // The lengths of the tokens no longer add up to that of the text.
  expect(library._call(['a<unk>qqa'])).toEqual(['a', '<unk>', 'a']);
});

test('a regular expression that ignores case', () => {
  const split = { type: 'Split', pattern: { Regex: "(?i:'s)" }, behavior: 'Isolated', invert: false } as const;
  const tokenizer = createTokenizer({ pre_tokenizer: split, model: wordLevel(['?', 'a']) });
  expect(tokenizer.encode("a'ſa").offsets).toEqual([
    [0, 1],
    [1, 3],
    [3, 4],
  ]);
  expect(new SplitPreTokenizer(split).pre_tokenize_text("a'ſa")).toHaveLength(1);
});
