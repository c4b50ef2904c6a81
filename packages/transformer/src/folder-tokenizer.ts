import { loadTokenizer, type Tokenizer } from '@interlayer/tokenizer';

/**
 * The tokenizer of a model: the given one, that of another folder, or that of the model's own folder.
 * @returns undefined when the model's own folder has none.
 */
export async function folderTokenizer(
  folder: string,
  tokenizer: string | Tokenizer | undefined,
): Promise<Tokenizer | undefined> {
  if (typeof tokenizer === 'object') return tokenizer;
  if (tokenizer !== undefined) return loadTokenizer(tokenizer);
  const { readdir } = await import('node:fs/promises');
  const files = await readdir(folder);
  return files.includes('tokenizer.json') || files.includes('vocab.txt') ? loadTokenizer(folder) : undefined;
}
