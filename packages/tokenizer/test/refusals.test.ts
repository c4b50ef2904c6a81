import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../src/tokenizer';
import { smallTokenizers } from './reference/small-tokenizers';

const { BERT: bert, 'GPT-2': gpt2 } = smallTokenizers as Record<string, (typeof smallTokenizers)[string]>;
const regex = (source: string) => ({
  ...bert,
  pre_tokenizer: { type: 'Split', pattern: { Regex: source }, behavior: 'Isolated', invert: false },
});

describe('refuses what would give other tokens than the Rust library', () => {
  test.each([
    [
      'a normaliser',
      { ...bert, normalizer: { type: 'Precompiled', precompiled_charsmap: '' } },
      'normalizer "Precompiled"',
    ],
    ['a pre-tokenizer', { ...bert, pre_tokenizer: { type: 'UnicodeScripts' } }, 'pre-tokenizer "UnicodeScripts"'],
    ['a part of a sequence', { ...bert, normalizer: { type: 'Sequence', normalizers: [{ type: 'Nmt' }] } }, '"Nmt"'],
    ['a post-processor', { ...bert, post_processor: { type: 'Other' } }, 'post-processor "Other"'],
    ['a decoder', { ...bert, decoder: { type: 'Other' } }, 'decoder "Other"'],
    ['a model', { ...bert, model: { type: 'Other', vocab: {} } }, 'model "Other"'],
    ['no tokenizer', { model_type: 'bert' }, 'it has no "model" with a "vocab"'],
    [
      'a WordPiece decoder without a prefix',
      { ...bert, decoder: { type: 'WordPiece', prefix: '' } },
      'an empty prefix',
    ],
    [
      'a Strip decoder of two units',
      { ...bert, decoder: { type: 'Strip', content: '🙂', start: 1, stop: 0 } },
      'not "🙂"',
    ],
    ['an empty vocabulary', { model: { type: 'Unigram', vocab: [] } }, 'vocabulary of the Unigram model is empty'],
    [
      'bytes with a suffix',
      { ...gpt2, model: { ...gpt2!.model, byte_fallback: true, end_of_word_suffix: '</w>' } },
      'a subword prefix or suffix',
    ],
    [
      'a merge of a byte',
      { model: { type: 'BPE', byte_fallback: true, vocab: { '<0x41>': 0, a: 1, '<0x41>a': 2 }, merges: ['<0x41> a'] } },
      'merges the unknown token or a byte',
    ],
    [
      'a merge of the unknown token',
      { model: { type: 'BPE', unk_token: '?', vocab: { '?': 0, a: 1, 'a?': 2 }, merges: ['a ?'] } },
      'merges the unknown token or a byte',
    ],
    ['dropout of merges', { ...gpt2, model: { ...gpt2!.model, dropout: 0.1 } }, 'BPE dropout (0.1)'],
    [
      'two templates',
      { ...bert, post_processor: { type: 'Sequence', processors: [bert!.post_processor, bert!.post_processor] } },
      'More than one post-processor',
    ],
    [
      'an added token whose id leaves a gap',
      { ...bert, added_tokens: [{ id: 1000, content: '<x>' }] },
      'has the id 1000',
    ],
    [
      'an added token with the id of another',
      { ...bert, added_tokens: [{ id: 3, content: 'the' }] },
      'the vocabulary gives it',
    ],
    ['a possessive quantifier', regex('a++'), 'the quantifier "++"'],
    ['an atomic group', regex('(?>a)'), 'an extended group'],
    ['a class in a class', regex('[[:alpha:]]'), 'a class in a class'],
    ['an intersection', regex('[a&&b]'), 'an intersection of classes'],
    ['an unknown escape', regex('\\h'), '\\\\h'],
    ['an unknown property', regex('\\p{Nonsense}'), 'the property "Nonsense"'],
    ['a range that ignores case', regex('(?i)[a-z]'), 'a hyphen in a class that ignores case'],
    ['an unfinished group', regex('(a'), 'is not supported'],
  ])('%s', (_, json, message) => {
    expect(() => createTokenizer(json)).toThrow(message);
  });
});

describe('refuses text that it has no token for', () => {
  const encode = (model: object, text: string) => () => createTokenizer({ model }).encode(text);
  test('a byte that byte-level BPE lacks', () => {
    const { é: _, Ã: __, ...vocab } = gpt2!.model.vocab;
    const merges = gpt2!.model.merges.filter((merge: string) => !merge.includes('Ã'));
    const lacking = createTokenizer({ ...gpt2, added_tokens: [], model: { ...gpt2!.model, vocab, merges } });
    expect(lacking.encode('hello').tokens).toEqual(['hello']);
    expect(() => lacking.encode('hé')).toThrow('no token for "Ã" of "hÃ©", and the tokenizer has no unknown token');
  });
  test.each([
    ['BPE', { type: 'BPE', vocab: { a: 0 }, merges: [], unk_token: '?' }, 'unknown token "?" is not in the vocabulary'],
    ['WordLevel', { type: 'WordLevel', vocab: { a: 0 }, unk_token: '?' }, 'nor is the unknown token "?"'],
    ['WordPiece', { type: 'WordPiece', vocab: { a: 0 }, unk_token: '?' }, 'nor is the unknown token "?"'],
    ['Unigram', { type: 'Unigram', vocab: [['a', -1]], unk_id: null }, 'no token for "b"'],
  ])('%s', (_, model, message) => {
    expect(encode(model, 'a')).not.toThrow();
    expect(encode(model, 'b')).toThrow(message);
  });
});
