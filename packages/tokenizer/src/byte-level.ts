/**
 * The alphabet of byte-level BPE (Radford et al. 2019, GPT-2): every byte is one printable character. Bytes that print
 * stand for themselves, the others for U+0100 onwards in their order.
 */
const ALPHABET: string[] = [];
for (let byte = 0, next = 0x100; byte < 0x100; byte++) {
  const prints = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  ALPHABET.push(String.fromCharCode(prints ? byte : next++));
}

/** The character that stands for the space. */
export const BYTE_LEVEL_SPACE = ALPHABET[0x20]!;

export interface ByteLevelText {
  /** The UTF-8 bytes of the text, one character of the alphabet each. */
  bytes: string;
  /** The UTF-16 units `[starts[i], ends[i])` of the text that byte `i` belongs to: a whole code point. */
  starts: number[];
  ends: number[];
}

const encoder = new TextEncoder();

/** Writes a text in the byte-level alphabet and keeps the map back to its UTF-16 units. A lone surrogate counts as U+FFFD. */
export function byteLevel(text: string): ByteLevelText {
  const starts: number[] = [];
  const ends: number[] = [];
  let bytes = '';
  let unit = 0;
  for (const character of text) {
    for (const byte of encoder.encode(character)) {
      bytes += ALPHABET[byte];
      starts.push(unit);
      ends.push(unit + character.length);
    }
    unit += character.length;
  }
  return { bytes, starts, ends };
}
