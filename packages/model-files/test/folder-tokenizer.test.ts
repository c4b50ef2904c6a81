import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { bertTokenizerJson, createTokenizer } from '@interlayer/tokenizer';
import { describe, expect, it } from 'vitest';
import { folderTokenizer, rowsWithoutToken } from '../src/index';

const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'hello', 'there'];
const json = () => JSON.stringify(bertTokenizerJson(pieces));

/** `[unused]` has the id 9: none has 7 or 8. */
function withGap() {
  const { model, ...rest } = bertTokenizerJson(pieces);
  return JSON.stringify({ ...rest, model: { ...model, vocab: { ...model.vocab, '[unused]': 9 } } });
}

describe('folderTokenizer', () => {
  it('takes the tokenizer of the folder, the chosen one, or none', async () => {
    const folder = await temporaryFolder();
    expect(await folderTokenizer(folder, undefined, 7)).toBeUndefined();
    await expect(folderTokenizer(folder, folder, 7)).rejects.toThrow('has no tokenizer');
    await writeFile(join(folder, 'tokenizer.json'), json());
    const tokenizer = (await folderTokenizer(folder, undefined, 7))!;
    expect(tokenizer.encode('hello there').ids).toEqual([2, 5, 6, 3]);
    expect(await folderTokenizer(folder, false, 7)).toBeUndefined();
    const empty = await temporaryFolder();
    expect((await folderTokenizer(empty, folder, 7))!.vocabularySize).toBe(7);
    expect(await folderTokenizer(empty, tokenizer, 7)).toBe(tokenizer);
  });

  it('refuses a tokenizer with tokens that the model has no embedding for, and names them', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'tokenizer.json'), withGap());
    expect((await folderTokenizer(folder, undefined, 10))!.vocabularySize).toBe(10);
    await expect(folderTokenizer(folder, undefined, 9)).rejects.toThrow(
      `The model in ${folder} has 9 word embeddings, and its tokenizer has tokens beyond them: "[unused]" (9). Give`,
    );
    await expect(folderTokenizer(folder, undefined, 5)).rejects.toThrow(
      'beyond them: "hello" (5), "there" (6), "[unused]" (9). Give',
    );
    await expect(folderTokenizer(folder, undefined, 3)).rejects.toThrow('and 2 more. Give');
    expect(await folderTokenizer(folder, false, 3)).toBeUndefined();
  });

  it('tells a Git LFS pointer from a tokenizer', async () => {
    const folder = await temporaryFolder();
    await writeFile(
      join(folder, 'tokenizer.json'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    );
    await expect(folderTokenizer(folder, undefined, 7)).rejects.toThrow(/tokenizer\.json is a Git LFS pointer/);
  });
});

describe('rowsWithoutToken', () => {
  it('lists the rows of a table that no token has, within the vocabulary and beyond it', () => {
    const tokenizer = createTokenizer(JSON.parse(withGap()));
    expect(rowsWithoutToken(tokenizer, 10)).toEqual([7, 8]);
    expect(rowsWithoutToken(tokenizer, 12)).toEqual([7, 8, 10, 11]);
    expect(rowsWithoutToken(createTokenizer(JSON.parse(json())), 7)).toEqual([]);
  });
});
