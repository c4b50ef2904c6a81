import { readFileSync } from 'node:fs';
import type { Tokenizer } from '../../src/tokenizer';
import type { Recorded, Recording } from './recorded';
import type { Sample } from './texts';

/** What the Rust library made of the small tokenizers, by name. */
export const recorded = (
  JSON.parse(readFileSync(new URL('../fixtures/small-tokenizers.json', import.meta.url), 'utf8')) as Recording
).tokenizers;

/** What a tokenizer makes of a text, as it is recorded. */
export function encoded(tokenizer: Tokenizer, { text, pair, addSpecialTokens }: Sample): Recorded {
  const { ids, types, specialTokensMask, offsets } = tokenizer.encode(text, { pair, addSpecialTokens });
  return {
    ids,
    types,
    special: specialTokensMask,
    offsets,
    decoded: tokenizer.decode(ids),
    decodedWithoutSpecial: tokenizer.decode(ids, { skipSpecialTokens: true }),
  };
}
