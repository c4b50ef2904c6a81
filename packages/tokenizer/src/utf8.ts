const encoder = new TextEncoder();

/** Number of UTF-8 bytes. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/**
 * The ids of the UTF-8 bytes of a text, which SentencePiece spells `<0x00>` to `<0xFF>`; undefined if the vocabulary lacks
 * one of them.
 */
export function byteIds(text: string, vocabulary: ReadonlyMap<string, number>): number[] | undefined {
  const ids = Array.from(encoder.encode(text), (byte) =>
    vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  );
  return ids.includes(undefined) ? undefined : (ids as number[]);
}
