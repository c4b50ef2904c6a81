/** One text of a corpus. */
export interface Document {
  /** Unique within the corpus, and the same on every run. */
  id: string;
  text: string;
}

/**
 * Normalises a text, as every corpus of this package does: removes the byte-order mark, applies Unicode NFC, and turns
 * every line break (`\r\n`, `\r`, U+2028, U+2029) into `\n`.
 */
export function normalizeText(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n|[\r\u2028\u2029]/g, '\n')
    .normalize('NFC');
}
