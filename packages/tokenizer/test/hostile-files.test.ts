import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fuzz, mutateJson, mutateJsonText, temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { bertTokenizerJson, createTokenizer, loadTokenizer, type Tokenizer, type TokenizerJson } from '../src';
import { smallTokenizers } from './reference/small-tokenizers';

const TEXTS = ['The thing, unaffable naïve 中文!', '[CLS] x  [MASK]\t1999', `${'the'.repeat(80)} ${'a1'.repeat(40)}`];
const kinds = Object.values(smallTokenizers);
const kindOf = (seed: number) => kinds[seed % kinds.length]!;

/** Damaged anywhere, or only outside of the vocabulary, in which most values stand. */
function damagedJson(seed: number): string {
  if (seed % 2 === 0) return mutateJsonText(seed, kindOf(seed));
  const { model, ...parts } = kindOf(seed);
  const { vocab, merges, ...fields } = model;
  const damaged = mutateJson(seed, { ...parts, model: fields }) as TokenizerJson;
  if (damaged?.model instanceof Object && !Array.isArray(damaged.model))
    Object.assign(damaged.model, { vocab, merges });
  return JSON.stringify(damaged);
}

/** Loads, encodes and decodes, alone and as a pair. */
function used(tokenizer: Tokenizer) {
  const encodings = TEXTS.map((text) => tokenizer.encode(text));
  const pair = tokenizer.encode(TEXTS[0]!, { pair: TEXTS[1]!, maxLength: 64 });
  const decoded = encodings.map(({ ids }) => tokenizer.decode(ids, { skipSpecialTokens: true }));
  return { tokenizer, encodings, pair, decoded };
}

function expectSense({ tokenizer, encodings, pair, decoded }: ReturnType<typeof used>): void {
  for (const [i, { ids, tokens, types, offsets }] of [...encodings, pair].entries()) {
    expect(ids.every((id) => Number.isInteger(id) && id >= 0 && tokenizer.idToToken(id) !== undefined)).toBe(true);
    expect(ids.every((id) => id < tokenizer.vocabularySize)).toBe(true);
    expect(tokens).toEqual(ids.map((id) => tokenizer.idToToken(id)));
    expect(types.every(Number.isInteger)).toBe(true);
    const longest = TEXTS[i]?.length ?? Math.max(TEXTS[0]!.length, TEXTS[1]!.length);
    expect(offsets.every(([start, end]) => 0 <= start && start <= end && end <= longest)).toBe(true);
  }
  expect(decoded.every((text) => typeof text === 'string')).toBe(true);
}

/** A reader of one file in a folder with others; it must take the file undamaged. */
async function folderReader(name: string, undamaged: readonly object[], others: Record<string, string> = {}) {
  const folder = await temporaryFolder();
  for (const [other, text] of Object.entries(others)) await writeFile(join(folder, other), text);
  const read = async (text: string) => {
    await writeFile(join(folder, name), text);
    return used(await loadTokenizer(folder));
  };
  for (const json of undamaged) expectSense(await read(JSON.stringify(json)));
  return read;
}

describe('damaged files are refused by name, or read to something that makes sense', () => {
  test('tokenizer.json', async () => {
    const read = await folderReader('tokenizer.json', kinds);
    await fuzz('tokenizer.json (tokenizer)', read, damagedJson, { check: expectSense });
  }, 3_600_000);

  test('tokenizer_config.json', async () => {
    const settings = {
      added_tokens_decoder: { 4: { content: '[MASK]', special: true, lstrip: false } },
      additional_special_tokens: ['[CLS]', { content: '[SEP]' }],
      clean_up_tokenization_spaces: true,
      ...{ cls_token: '[CLS]', pad_token: { content: '[PAD]' }, do_lower_case: true },
    };
    const ids = Object.entries<number>(smallTokenizers.BERT!.model.vocab).sort((a, b) => a[1] - b[1]);
    const vocabulary = ids.map(([piece]) => piece);
    const read = await folderReader('tokenizer_config.json', [settings], { 'vocab.txt': vocabulary.join('\n') });
    await fuzz('tokenizer_config.json (tokenizer)', read, (seed) => mutateJsonText(seed, settings), {
      check: expectSense,
    });
  }, 3_600_000);

  test('vocab.json', async () => {
    const { vocab, merges } = smallTokenizers['GPT-2']!.model;
    const read = await folderReader('vocab.json', [vocab], { 'merges.txt': merges.join('\n') });
    await fuzz('vocab.json (tokenizer)', read, (seed) => mutateJsonText(seed, vocab), { check: expectSense });
  }, 3_600_000);
});

describe('what is wrong is named by its path', () => {
  const bert = smallTokenizers.BERT!;
  const token = (id: unknown) => ({ ...bert, added_tokens: [{ ...bert.added_tokens[0], id }] });
  test.each([
    ['an id in letters', token('5'), 'added_tokens[0].id is malformed'],
    ['a negative id', token(-1), 'added_tokens[0].id is malformed'],
    ['half an id', token(1.5), 'added_tokens[0].id is malformed'],
    ['a number for a list', { ...bert, added_tokens: 3 }, 'added_tokens is malformed'],
    [
      'half an id in the vocabulary',
      { model: { type: 'WordLevel', vocab: { a: 0.5 } } },
      'model.vocab gives "a" an id',
    ],
    ['one id for two', { model: { type: 'WordLevel', vocab: { a: 0, b: 0 } } }, 'gives "b" the id 0, which "a" has'],
    ['a list for a vocabulary', { model: { type: 'BPE', vocab: ['a'], merges: [] } }, 'model.vocab is malformed'],
    ['a merge of three', { model: { type: 'BPE', vocab: { a: 0 }, merges: [['a', 'a', 'a']] } }, 'model.merges[0]'],
    ['an unknown id beyond', { model: { type: 'Unigram', vocab: [['a', 0]], unk_id: 7 } }, 'model.unk_id is 7'],
    [
      'a part of a sequence',
      { ...bert, normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Prepend', prepend: 1 }] } },
      'normalizer.normalizers[1].prepend is malformed',
    ],
    ['a template', { ...bert, post_processor: { ...bert.post_processor, single: [{}] } }, 'post_processor.single[0]'],
    [
      'a pattern that is a number',
      { ...bert, pre_tokenizer: { type: 'Split', pattern: { Regex: 5 }, behavior: 'Isolated' } },
      'pre_tokenizer.pattern.Regex is malformed',
    ],
    [
      'a template with an id that no token has',
      { ...bert, post_processor: { type: 'BertProcessing', cls: ['[CLS]', 999], sep: ['[SEP]', 3] } },
      'adds the id 999 to each text, which no token',
    ],
    ['a part that is a word', { ...bert, decoder: 'WordPiece' }, 'decoder is malformed'],
    [
      'sequences without end',
      {
        ...bert,
        decoder: Array.from({ length: 5000 }).reduce((json) => ({ type: 'Sequence', decoders: [json] }), {
          type: 'Fuse',
        }),
      },
      'decoder has more than 16 sequences',
    ],
  ])('%s', (_, json, message) => {
    expect(() => createTokenizer(json as object)).toThrow(message);
  });

  test('null counts as absent', () => {
    const { tokens } = createTokenizer({ ...bert, added_tokens: null, decoder: null }).encode('the');
    expect(tokens).toEqual(['[CLS]', 'the', '[SEP]']);
  });
});

test('a word of 20,000 letters takes no time', () => {
  const vocabulary = ['[UNK]', '[CLS]', '[SEP]', 'the', '##the', '##t'];
  const json = bertTokenizerJson(vocabulary, { addSpecialTokens: false });
  const word = 'the'.repeat(7000);
  expect(createTokenizer(json).encode(word).tokens).toEqual(['[UNK]']);
  json.model.max_input_chars_per_word = 1e9;
  const began = performance.now();
  expect(createTokenizer(json).encode(word).tokens).toEqual(['the', ...Array(6999).fill('##the')]);
  expect(performance.now() - began).toBeLessThan(2000);
});
