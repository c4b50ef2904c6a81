import { type AlignedText, mapped } from './aligned-text';

/**
 * The alphabet of byte-level BPE (Radford et al. 2019, GPT-2): one printable character per byte. Printable bytes of Latin-1
 * stand for themselves; the others are mapped in order to U+0100 and up.
 */
const ALPHABET: string[] = [];
for (let byte = 0, next = 0x100; byte < 0x100; byte++) {
  const prints = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  ALPHABET.push(String.fromCharCode(prints ? byte : next++));
}
const BYTES = new Map(ALPHABET.map((character, byte) => [character, byte]));

/** The character that stands for the space. */
export const BYTE_LEVEL_SPACE = ALPHABET[0x20]!;

const encoder = new TextEncoder();

/** Writes a text as its UTF-8 bytes in the byte-level alphabet; each byte keeps the offsets of its character. */
export const toByteLevel = (text: AlignedText): AlignedText =>
  mapped(text, (character) => {
    if (character < '\u0080') return ALPHABET[character.charCodeAt(0)]!;
    let bytes = '';
    for (const byte of encoder.encode(character)) bytes += ALPHABET[byte];
    return bytes;
  });

/** The bytes of a token. A token with other characters than the alphabet's stands for its UTF-8 bytes. */
export function fromByteLevel(token: string): Uint8Array {
  const bytes = Array.from(token, (character) => BYTES.get(character));
  return bytes.includes(undefined) ? encoder.encode(token) : Uint8Array.from(bytes as number[]);
}
