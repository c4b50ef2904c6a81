import { createHash } from 'node:crypto';
import type { Sample } from './texts';

/** What is recorded of the encoding of a text, and of its way back. */
export interface Recorded {
  ids: number[];
  types: number[];
  special: number[];
  offsets: [start: number, end: number][];
  decoded: string;
  decodedWithoutSpecial: string;
}

/** How many random texts the digest of a tokenizer covers, and their seed. */
export const RANDOM = { count: 300, seed: 20 };

/** SHA-256 of recorded encodings. */
export function digest(recorded: readonly Recorded[]): string {
  const hash = createHash('sha256');
  for (const { ids, types, special, offsets, decoded, decodedWithoutSpecial } of recorded)
    hash.update(JSON.stringify([ids, types, special, offsets, decoded, decodedWithoutSpecial]));
  return hash.digest('hex');
}

/** The content of fixtures/small-tokenizers.json. */
export interface Recording {
  recipe: string;
  tokenizers: Record<string, { encodings: (Sample & Recorded)[]; random: string }>;
}
