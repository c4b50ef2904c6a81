import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openGguf } from '@interlayer/gguf';
import { fuzz, mutateJson, shared } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { createTokenizer, ggufTokenizer, loadTokenizer } from '../src';

/** Six merges over a few letters, digits and the space, and three tokens of other types. */
const tokens = ['<|end|>', 'Ġ', 'a', 'b', '1', '2', 'ab', 'Ġa', '12', '<user>', '<unused>', '<pad>'];
const metadata = (changes: Record<string, unknown> = {}) =>
  new Map(
    Object.entries({
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'smollm',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': Int32Array.of(3, 1, 1, 1, 1, 1, 1, 1, 1, 4, 5, 3),
      'tokenizer.ggml.merges': ['a b', 'Ġ a', '1 2'],
      'tokenizer.ggml.bos_token_id': 0,
      'tokenizer.ggml.eos_token_id': 0,
      'tokenizer.ggml.padding_token_id': 11,
      ...changes,
    }).filter(([, value]) => value !== undefined),
  );
const tokenizer = (changes?: Record<string, unknown>) => {
  const { json, config } = ggufTokenizer(metadata(changes));
  return createTokenizer(json, config);
};

describe('a small vocabulary', () => {
  test('digits one by one for smollm, together for gpt-2', () => {
    expect(tokenizer().encode('ab 12').tokens).toEqual(['ab', 'Ġ', '1', '2']);
    expect(tokenizer({ 'tokenizer.ggml.pre': 'gpt-2' }).encode('ab12').tokens).toEqual(['ab', '12']);
    expect(tokenizer().decode(tokenizer().encode('ab a12b').ids)).toBe('ab a12b');
  });

  test('control and user-defined tokens are matched in the text, and only control tokens are special', () => {
    const { encode, decode, special, specialIds } = tokenizer();
    const { ids } = encode('a<|end|>b<user>');
    expect(ids).toEqual([2, 0, 3, 9]);
    expect(decode(ids, { skipSpecialTokens: true })).toBe('ab<user>');
    expect(special).toMatchObject({ bos: 0, eos: 0, pad: 11 });
    expect(specialIds).toEqual([0, 11]);
  });

  test('tokens around a text, where the metadata asks for them', () => {
    const both = tokenizer({ 'tokenizer.ggml.add_bos_token': true, 'tokenizer.ggml.add_eos_token': true });
    expect(both.encode('a').ids).toEqual([0, 2, 0]);
    expect(both.encode('a', { pair: 'b' })).toMatchObject({ ids: [0, 2, 3, 0], types: [0, 0, 1, 1] });
    expect(tokenizer({ 'tokenizer.ggml.add_bos_token': true }).encode('a').ids).toEqual([0, 2]);
    expect(tokenizer({ 'tokenizer.ggml.add_eos_token': true }).encode('a').ids).toEqual([2, 0]);
    expect(tokenizer({ 'tokenizer.ggml.add_bos_token': false }).encode('a').ids).toEqual([2]);
  });

  test('without types, the named tokens are special', () => {
    expect(tokenizer({ 'tokenizer.ggml.token_type': undefined }).encode('a<|end|>').ids).toEqual([2, 0]);
  });
});

const refused: [string, Record<string, unknown>, RegExp][] = [
  [
    'another model',
    { 'tokenizer.ggml.model': 'llama' },
    /The tokenizer "llama" .* is not supported; supported is "gpt2"/,
  ],
  ['no model', { 'tokenizer.ggml.model': undefined }, /The tokenizer undefined/],
  [
    'another pre-tokenizer',
    { 'tokenizer.ggml.pre': 'qwen2' },
    /The pre-tokenizer "qwen2" .* supported are gpt-2, gpt2, smollm/,
  ],
  ['a pre-tokenizer of the prototype', { 'tokenizer.ggml.pre': 'toString' }, /The pre-tokenizer "toString"/],
  ['no pre-tokenizer', { 'tokenizer.ggml.pre': undefined }, /The pre-tokenizer undefined/],
  [
    'no tokens',
    { 'tokenizer.ggml.tokens': undefined },
    /"tokenizer.ggml.tokens" must be an array of strings; there is none/,
  ],
  [
    'merges that are numbers',
    { 'tokenizer.ggml.merges': Int32Array.of(1) },
    /"tokenizer.ggml.merges" must be an array of strings; it is not/,
  ],
  ['a token twice', { 'tokenizer.ggml.tokens': [...tokens.slice(0, 11), 'a'] }, /tokens 2 and 11 are both "a"/],
  [
    'types of another kind',
    { 'tokenizer.ggml.token_type': null },
    /"tokenizer.ggml.token_type" must be an array of int32/,
  ],
  ['too few types', { 'tokenizer.ggml.token_type': Int32Array.of(1) }, /12 tokens and 1 types/],
  [
    'a special id outside',
    { 'tokenizer.ggml.bos_token_id': 12 },
    /"tokenizer.ggml.bos_token_id" is 12, and there are 12 tokens/,
  ],
  [
    'a missing BOS',
    { 'tokenizer.ggml.bos_token_id': undefined, 'tokenizer.ggml.add_bos_token': true },
    /asks for the token "bos"/,
  ],
  ['a merge of unknown tokens', { 'tokenizer.ggml.merges': ['a c'] }, /Merge 0, "a c", needs the token "c"/],
];
test.each(refused)('%s is refused', (_, changes, message) => {
  expect(() => tokenizer(changes)).toThrow(message);
});

test('survives damaged metadata', async () => {
  const { 'tokenizer.ggml.token_type': types, ...intact } = Object.fromEntries(metadata());
  const damaged = (seed: number) => {
    const changed = Object.entries(Object(mutateJson(seed, intact)));
    return new Map<string, unknown>([...changed, ['tokenizer.ggml.token_type', types]]);
  };
  await fuzz(
    'tokenizers in GGUF metadata (tokenizer)',
    (fields) => {
      const { json, config } = ggufTokenizer(fields);
      return createTokenizer(json, config);
    },
    damaged,
    { check: ({ ids, idToToken }) => expect(ids.map((id) => typeof idToToken(id))).not.toContain('undefined') },
  );
});

shared('the tokenizer of SmolLM2 from its GGUF file', (data) => {
  const folder = join(data, 'models/smollm2-135m-instruct');
  const fromGguf = async () => {
    const file = await openGguf(join(folder, 'SmolLM2-135M-Instruct.Q4_1.gguf'));
    await file.close();
    const { json, config } = ggufTokenizer(file.metadata);
    return createTokenizer(json, config);
  };
  const fixtures: { text: string; ids: number[] }[] = JSON.parse(
    readFileSync(join(folder, 'tokenizer_fixtures.json'), 'utf8'),
  );

  test('gives the recorded ids, which decode to the texts', async () => {
    const { encode, decode, special } = await fromGguf();
    expect(special).toMatchObject({ bos: 1, eos: 2, unk: 0, pad: 2 });
    for (const { text, ids } of fixtures) {
      expect(encode(text).ids, text).toEqual(ids);
      expect(decode(ids)).toBe(text);
    }
  });

  test('equals the tokenizer.json of the folder, on the fixtures and on pages of text', async () => {
    const [ours, theirs] = [await fromGguf(), await loadTokenizer(folder)];
    const articles = gunzipSync(readFileSync(join(data, 'text/wikitext-2/wiki.test.raw.gz')))
      .toString()
      .slice(0, 20_000);
    for (const text of [...fixtures.map(({ text }) => text), articles]) {
      const encoding = ours.encode(text);
      expect(encoding).toEqual(theirs.encode(text));
      expect(ours.decode(encoding.ids)).toBe(text);
    }
    expect(ours.ids).toEqual(theirs.ids);
    expect(ours.specialIds).toEqual(theirs.specialIds);
  });
});
