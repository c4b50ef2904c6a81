import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './canonical-json';

/** Files of a checkpoint that decide what it computes; what else lies in its folder does not. */
const WEIGHTS_OR_TEXT =
  /\.safetensors(\.index\.json)?$|^(config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json$|^(vocab|merges)\.txt$/;

/** sha256 of those files. */
export function hashFolder(folder: string, name: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => WEIGHTS_OR_TEXT.test(file) && statSync(join(folder, file)).isFile())
      .sort()
      .map((file) => [`${name}/${file}`, sha256(readFileSync(join(folder, file)))]),
  );
}
