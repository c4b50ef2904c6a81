import { hasTokenizer, type Tokenizer } from '@interlayer/tokenizer';
import { platform } from '#platform';
import { requireContent } from './require-content';

/** Where a model's tokenizer comes from: itself, the folder of one, or false for none. Default: the model's own folder. */
export type TokenizerChoice = string | Tokenizer | false;

const FILES = ['tokenizer.json', 'tokenizer_config.json', 'vocab.txt', 'vocab.json', 'merges.txt'];
const LISTED = 3;

/**
 * The tokenizer of a model: the chosen one, or that of the model's own folder.
 * @param rows of the model's table of word embeddings
 * @returns undefined when none is chosen, or when the model's own folder has none.
 * @throws Error when the chosen folder has none, or when the tokenizer has tokens without a row.
 */
export async function folderTokenizer(
  path: string,
  choice: TokenizerChoice | undefined,
  rows: number,
): Promise<Tokenizer | undefined> {
  if (choice === false) return undefined;
  const tokenizer = typeof choice === 'object' ? choice : await read(choice ?? path, choice === undefined);
  if (tokenizer) requireRows(tokenizer, rows, path);
  return tokenizer;
}

async function read(path: string, optional: boolean): Promise<Tokenizer | undefined> {
  const folder = await platform.openFolder(path);
  if (optional && !hasTokenizer(folder.names)) return undefined;
  for (const name of FILES.filter((file) => folder.names.includes(file))) await requireContent(folder, name);
  return platform.loadTokenizer(path);
}

function requireRows(tokenizer: Tokenizer, rows: number, path: string): void {
  // Not by counting up: a damaged file may have an id of two billion.
  const beyond = tokenizer.ids
    .filter((id) => id >= rows)
    .map((id) => `${JSON.stringify(tokenizer.idToToken(id))} (${id})`);
  if (beyond.length === 0) return;
  const more = beyond.length > LISTED ? ` and ${beyond.length - LISTED} more` : '';
  throw new Error(
    `The model in ${path} has ${rows} word embeddings, and its tokenizer has tokens beyond them: ` +
      `${beyond.slice(0, LISTED).join(', ')}${more}. Give the tokenizer that belongs to it as { tokenizer }, or ` +
      '{ tokenizer: false } to load the model alone.',
  );
}

/** The rows of a table of word embeddings that no token has, as where a vocabulary was rounded up; ascending. */
export function rowsWithoutToken(tokenizer: Tokenizer, rows: number): number[] {
  return Array.from({ length: rows }, (_, id) => id).filter((id) => tokenizer.idToToken(id) === undefined);
}
