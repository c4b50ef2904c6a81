import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Tokenizer } from '@huggingface/tokenizers';
import { shared } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { loadTokenizer } from '../src';

// Hugging Face's own JavaScript library is an oracle beside the recordings of its Rust one, where the two agree.
const TEXTS = [
  'In the constitution of the United States, 1787.',
  "We don't know; you'll see: naïve café, 中文 and 3.14!",
  '  two  blanks and a tab\tend ',
];

async function expectTheirIds(folder: string): Promise<void> {
  const ours = await loadTokenizer(folder);
  const theirs = new Tokenizer(JSON.parse(await readFile(`${folder}/tokenizer.json`, 'utf8')), {});
  for (const text of TEXTS)
    expect(ours.encode(text, { addSpecialTokens: false }).ids).toEqual(
      theirs.encode(text, { add_special_tokens: false }).ids,
    );
}

it('mini-gpt has the ids of @huggingface/tokenizers', () =>
  expectTheirIds(fileURLToPath(new URL('../../mini-gpt', import.meta.url))));

shared('bert-base-uncased', (data) => {
  it('has the ids of @huggingface/tokenizers', () => expectTheirIds(`${data}/bert-base-uncased`));
});
