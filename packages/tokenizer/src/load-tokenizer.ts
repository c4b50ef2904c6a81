import { platform } from '#platform';
import type { AddedToken } from './added-tokens';
import { bertTokenizerJson } from './bert-tokenizer-json';
import { byteLevelTokenizerJson } from './byte-level-tokenizer-json';
import { namedSpecialTokens, tokenText } from './special-tokens';
import { createTokenizer, type Tokenizer } from './tokenizer';
import type { TokenizerJson } from './tokenizer-json';
import { requireSettings, requireTokenizerJson, requireVocabulary } from './tokenizer-schema';

/** Reads files of one folder; a missing file is undefined. */
interface Folder {
  path: string;
  text(name: string): Promise<string | undefined>;
  json(name: string): Promise<TokenizerJson | undefined>;
}

/** A tokenizer's JSON is an object in every file. */
function objectOf(path: string, content: string): TokenizerJson {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error(`${path} is not a JSON object.`);
}

function openFolder(path: string): Folder {
  const text = (name: string) => platform.readText(`${path}/${name}`);
  return {
    path,
    text,
    async json(name) {
      const content = await text(name);
      return content === undefined ? undefined : objectOf(`${path}/${name}`, content);
    },
  };
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The special tokens that tokenizer_config.json names, by role. */
const spelledSpecial = (settings: TokenizerJson) =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([key, named]) => {
      const [, role] = /^(bos|eos|unk|sep|pad|cls|mask)_token$/.exec(key) ?? [];
      const token = tokenText(named);
      return role && token !== undefined ? [[role, token]] : [];
    }),
  );

const bertJson = (vocabulary: string, settings: TokenizerJson) =>
  bertTokenizerJson(linesOf(vocabulary), {
    lowercase: settings.do_lower_case ?? true,
    stripAccents: settings.strip_accents ?? undefined,
    splitChineseCharacters: settings.tokenize_chinese_chars ?? true,
    special: spelledSpecial(settings),
  });

/** Which model family vocab.json and merges.txt belong to. */
async function byteLevelKind(folder: Folder, settings: TokenizerJson): Promise<'gpt2' | 'roberta'> {
  const owner = String(settings.tokenizer_class ?? (await folder.json('config.json'))?.model_type ?? 'gpt2').slice(
    0,
    80,
  );
  if (/^gpt[-_]?(2|neo$|j$)/i.test(owner)) return 'gpt2';
  if (/^roberta/i.test(owner)) return 'roberta';
  throw new Error(
    `${folder.path} has the vocab.json and merges.txt of ${JSON.stringify(owner)}; they are supported for GPT-2 and RoBERTa only. ` +
      'Write a tokenizer.json with Python: AutoTokenizer.from_pretrained(folder).save_pretrained(folder).',
  );
}

async function byteLevelJson(folder: Folder, vocabulary: TokenizerJson, merges: string, settings: TokenizerJson) {
  requireVocabulary(vocabulary, 'vocab.json');
  return byteLevelTokenizerJson(
    vocabulary,
    linesOf(merges).filter((line) => !line.startsWith('#version') && line !== ''),
    {
      kind: await byteLevelKind(folder, settings),
      addPrefixSpace: settings.add_prefix_space ?? false,
      addBosToken: settings.add_bos_token ?? false,
      special: spelledSpecial(settings),
    },
  );
}

async function tokenizerJson(folder: Folder, settings: TokenizerJson): Promise<TokenizerJson> {
  const json = await folder.json('tokenizer.json');
  if (json) return json;
  const pieces = await folder.text('vocab.txt');
  if (pieces !== undefined) return bertJson(pieces, settings);
  const [vocabulary, merges] = [await folder.json('vocab.json'), await folder.text('merges.txt')];
  if (vocabulary && merges !== undefined) return byteLevelJson(folder, vocabulary, merges, settings);
  throw new Error(
    `${folder.path} has no tokenizer: there is no tokenizer.json, no BERT vocab.txt, and no vocab.json with merges.txt.`,
  );
}

/** Adds those tokens of added_tokens.json (`{ token: id }`) that no other file lists. */
function withAddedTokens(json: TokenizerJson, settings: TokenizerJson, more: Record<string, number>): TokenizerJson {
  const listed: AddedToken[] = [...(json.added_tokens ?? []), ...Object.values(settings.added_tokens_decoder ?? {})];
  const special = new Set(namedSpecialTokens(settings));
  const added = Object.entries(more)
    .filter(([content]) => !listed.some((token) => token.content === content))
    .map(([content, id]): AddedToken => ({ id, content, special: special.has(content) }))
    .sort((a, b) => a.id - b.id);
  return { ...json, added_tokens: [...(json.added_tokens ?? []), ...added] };
}

/** Whether a folder with these file names has a tokenizer that {@link loadTokenizer} can read. */
export function hasTokenizer(names: readonly string[]): boolean {
  return [['tokenizer.json'], ['vocab.txt'], ['vocab.json', 'merges.txt']].some((files) =>
    files.every((name) => names.includes(name)),
  );
}

/**
 * Loads the tokenizer of a model folder from tokenizer.json, or else from BERT's vocab.txt (one piece per line), or else
 * from GPT-2's or RoBERTa's vocab.json and merges.txt. tokenizer_config.json, special_tokens_map.json and
 * added_tokens.json are read too, if present. The settings `do_lower_case`, `strip_accents`, `tokenize_chinese_chars`,
 * `add_prefix_space` and `add_bos_token` are ignored if there is a tokenizer.json, because it contains them.
 *
 * @throws when there is no tokenizer, a file is malformed or a Git LFS pointer, or the tokenizer is not supported.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const files = openFolder(folder);
  const settings = {
    ...(await files.json('special_tokens_map.json')),
    ...(await files.json('tokenizer_config.json')),
  };
  const more = (await files.json('added_tokens.json')) ?? {};
  try {
    requireSettings(settings);
    requireVocabulary(more, 'added_tokens.json');
    const json = await tokenizerJson(files, settings);
    requireTokenizerJson(json);
    return createTokenizer(withAddedTokens(json, settings, more), settings);
  } catch (error) {
    throw new Error(`The tokenizer of ${folder}: ${(error as Error).message}`, { cause: error });
  }
}
