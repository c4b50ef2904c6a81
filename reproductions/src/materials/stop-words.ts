import type { Tokenizer } from '@interlayer/tokenizer';
import { eng } from 'stopword';

/**
 * Which tokens are common English stop words: whole words of the list of the npm package `stopword` (108 of them, "the",
 * "of" and their like). The paper names no list. A piece that continues a word is none, whatever it spells.
 */
export function stopWordTokens(tokenizer: Tokenizer): boolean[] {
  const words = new Set(eng);
  return Array.from({ length: tokenizer.vocabularySize }, (_, id) => {
    const token = tokenizer.idToToken(id) ?? '';
    // Byte-level vocabularies mark the blank before a word instead of the continuation.
    const word = token.replace(/^Ġ/, '').toLowerCase();
    return words.has(word);
  });
}
