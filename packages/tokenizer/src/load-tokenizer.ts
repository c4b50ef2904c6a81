import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bertTokenizerJson, type TokenizerJson } from './bert-tokenizer-json';
import { createTokenizer, type Tokenizer } from './tokenizer';

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(path: string, text: string): TokenizerJson {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`);
  }
}

/**
 * Reads the tokenizer of a model folder: tokenizer.json, or else a BERT vocab.txt (one piece a line); tokenizer_config.json
 * where there is one.
 *
 * @throws when the folder has neither file.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const [json, config, vocabulary] = await Promise.all(
    ['tokenizer.json', 'tokenizer_config.json', 'vocab.txt'].map((name) => read(join(folder, name))),
  );
  const settings = config === undefined ? {} : parse(join(folder, 'tokenizer_config.json'), config);
  if (json !== undefined) return createTokenizer(parse(join(folder, 'tokenizer.json'), json), settings);
  if (vocabulary === undefined) {
    throw new Error(`${folder} has no tokenizer: neither tokenizer.json nor a BERT vocab.txt is there.`);
  }
  const pieces = vocabulary.split(/\r?\n/);
  if (pieces.at(-1) === '') pieces.pop();
  return createTokenizer(bertTokenizerJson(pieces, { lowercase: settings.do_lower_case !== false }), settings);
}
