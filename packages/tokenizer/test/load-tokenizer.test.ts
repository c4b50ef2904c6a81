import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasTokenizer, loadTokenizer } from '../src/load-tokenizer';
import { encoded, recorded } from './reference/encoded';
import { gpt2Files, smallTokenizers } from './reference/small-tokenizers';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenizer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | object) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

/** Whether the folder's tokenizer gives what is recorded of a small one. */
async function expectRecorded(name: string): Promise<void> {
  const tokenizer = await loadTokenizer(folder);
  for (const sample of recorded[name]!.encodings)
    expect({ ...sample, ...encoded(tokenizer, sample) }, sample.text).toEqual(sample);
}

describe('vocab.txt', () => {
  const pieces: string[] = [];
  for (const [piece, id] of Object.entries<number>(smallTokenizers.BERT!.model.vocab)) pieces[id] = piece;
  const vocabulary = `${pieces.join('\n')}\n`;
  test.each([
    ['BERT', {}],
    ['BERT cased', { do_lower_case: false }],
    ['BERT that keeps accents', { strip_accents: false }],
    ['BERT cased without accents', { do_lower_case: false, strip_accents: true }],
    ['BERT that joins ideographs', { tokenize_chinese_chars: false }],
  ])('%s', async (name, config) => {
    write('vocab.txt', vocabulary);
    write('tokenizer_config.json', { ...config, clean_up_tokenization_spaces: false });
    await expectRecorded(name);
  });

  test('added tokens of tokenizer_config.json, with their flags', async () => {
    const { added_tokens: added } = smallTokenizers['added tokens that strip']!;
    write('vocab.txt', vocabulary);
    write('tokenizer_config.json', {
      added_tokens_decoder: Object.fromEntries(added.map(({ id, ...token }: { id: number }) => [id, token])),
      clean_up_tokenization_spaces: false,
    });
    await expectRecorded('added tokens that strip');
  });

  test('added tokens of added_tokens.json: normalised but for the special ones', async () => {
    write('vocab.txt', vocabulary);
    write('special_tokens_map.json', { additional_special_tokens: ['<SEEN>'] });
    write('added_tokens.json', { '<SEEN>': pieces.length + 1, Thing: pieces.length, '[MASK]': 4 });
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.vocabularySize).toBe(pieces.length + 2);
    expect(tokenizer.encode('x THING <SEEN><seen>', { addSpecialTokens: false }).ids.slice(0, 4)).toEqual([
      tokenizer.tokenToId('x'),
      pieces.length,
      pieces.length + 1,
      tokenizer.tokenToId('[UNK]'),
    ]);
    expect(tokenizer.specialIds).toEqual([0, 1, 2, 3, 4, pieces.length + 1]);
  });

  test('special tokens of another spelling', async () => {
    write('vocab.txt', '<pad>\n<unk>\n<s>\n</s>\na');
    write('tokenizer_config.json', { unk_token: '<unk>', cls_token: '<s>', sep_token: { content: '</s>' } });
    expect((await loadTokenizer(folder)).encode('a b').tokens).toEqual(['<s>', 'a', '<unk>', '</s>']);
  });
});

describe('vocab.json and merges.txt', () => {
  const { vocabulary, merges } = gpt2Files;
  beforeEach(() => {
    write('vocab.json', vocabulary);
    write('merges.txt', `#version: 0.2\n${merges.join('\n')}\n`);
  });

  test('of GPT-2', async () => {
    await expectRecorded('GPT-2 of two files');
  });
  test('of RoBERTa, as config.json or tokenizer_config.json says', async () => {
    write('config.json', { model_type: 'roberta' });
    write('tokenizer_config.json', { add_prefix_space: true });
    await expectRecorded('RoBERTa of two files, with a prefix space');
    write('tokenizer_config.json', { add_prefix_space: true, tokenizer_class: 'RobertaTokenizer' });
    rmSync(join(folder, 'config.json'));
    await expectRecorded('RoBERTa of two files, with a prefix space');
  });
  test('with the first token before each text', async () => {
    write('tokenizer_config.json', { add_bos_token: true });
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.encode('a', { pair: 'b' })).toMatchObject({
      tokens: ['<|endoftext|>', 'a', 'b'],
      types: [0, 0, 1],
    });
  });
  test('refuses those of other models', async () => {
    write('tokenizer_config.json', { tokenizer_class: 'CLIPTokenizer' });
    await expect(loadTokenizer(folder)).rejects.toThrow('"CLIPTokenizer"');
  });
  test('refuses a merge that is not two tokens, and one of an unknown token', async () => {
    write('merges.txt', '#version: 0.2\nh e\nhe\n');
    await expect(loadTokenizer(folder)).rejects.toThrow(`${folder}: Merge 1, "he", must be two tokens`);
    write('merges.txt', '#version: 0.2\nq q\n');
    await expect(loadTokenizer(folder)).rejects.toThrow('"qq", which the vocabulary lacks');
  });
});

describe('a folder', () => {
  test('without a tokenizer', async () => {
    write('config.json', {});
    write('merges.txt', '');
    await expect(loadTokenizer(folder)).rejects.toThrow(`${folder} has no tokenizer`);
  });
  test.each(['tokenizer.json', 'tokenizer_config.json', 'vocab.txt'])('with a Git LFS pointer for %s', async (name) => {
    write('vocab.txt', '[UNK]\n[CLS]\n[SEP]\n');
    write(name, 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 466062\n');
    await expect(loadTokenizer(folder)).rejects.toThrow(`${join(folder, name)} is a Git LFS pointer`);
    await expect(loadTokenizer(folder)).rejects.toThrow('git lfs pull');
  });
  test('with a file that is cut off', async () => {
    write('tokenizer.json', '{"model": {');
    await expect(loadTokenizer(folder)).rejects.toThrow(`${join(folder, 'tokenizer.json')} is not JSON`);
  });
});

test('hasTokenizer', () => {
  expect(hasTokenizer(['config.json', 'merges.txt', 'tokenizer_config.json'])).toBe(false);
  for (const names of [['tokenizer.json'], ['vocab.txt'], ['vocab.json', 'merges.txt']])
    expect(hasTokenizer(['config.json', ...names])).toBe(true);
});
