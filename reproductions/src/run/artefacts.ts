import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a checkpoint that decide what it computes; what else lies in its folder does not. */
const WEIGHTS_OR_TEXT =
  /\.gguf$|\.safetensors(\.index\.json)?$|^(config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json$|^(vocab|merges)\.txt$/;

/** sha256 of those files. */
export function hashFolder(folder: string | undefined, name: string): Record<string, string> {
  if (folder === undefined || !existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => WEIGHTS_OR_TEXT.test(file) && statSync(join(folder, file)).isFile())
      .sort()
      .map((file) => [`${name}/${file}`, hashFile(join(folder, file))]),
  );
}

/** In pieces: weights can be larger than a buffer. */
function hashFile(path: string): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(2 ** 22);
  const file = openSync(path, 'r');
  try {
    for (let length: number; (length = readSync(file, piece)) > 0; ) hash.update(piece.subarray(0, length));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
