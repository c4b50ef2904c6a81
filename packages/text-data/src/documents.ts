/** One text of a corpus. */
export interface Document {
  /** Unique and stable within its corpus. */
  id: string;
  text: string;
}

/**
 * What every corpus of this package does to its text: no byte-order mark, Unicode NFC, and one kind of line break
 * (`\r\n`, `\r`, U+2028 and U+2029 become `\n`). Nothing else is changed.
 */
export function normalizeText(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n|[\r\u2028\u2029]/g, '\n')
    .normalize('NFC');
}
