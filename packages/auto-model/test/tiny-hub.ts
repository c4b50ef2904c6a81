import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bertTokenizerJson } from '@interlayer/tokenizer';

const fixture = (family: 'bert' | 'gpt', name: string) =>
  readFile(fileURLToPath(new URL(`../../${family}-model/test/fixtures/tiny-${family}/${name}`, import.meta.url)));

const words = ['the', 'harbour', 'was', 'quiet', '.', 'ships', 'came', 'in', 'at', 'dusk'];
const pieces = (rows: number) =>
  Array.from({ length: rows }, (_, i) => ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words][i] ?? `[unused${i}]`);

/**
 * The files of a random tiny model as they lie on the hub, with a tokenizer that has a token for the first `tokens` of its
 * rows (40 in the BERT, 30 in the GPT-2).
 */
export async function tinyFiles(family: 'bert' | 'gpt', tokens: number): Promise<Record<string, Uint8Array>> {
  return {
    'config.json': await fixture(family, 'config.json'),
    'model.safetensors': await fixture(family, 'model.safetensors'),
    'tokenizer.json': new TextEncoder().encode(JSON.stringify(bertTokenizerJson(pieces(tokens)))),
  };
}

/** Writes files into a folder. */
export async function writeFiles(folder: string, files: Record<string, Uint8Array>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}
