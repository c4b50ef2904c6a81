import { ByteLevelDecoder, ByteLevelPreTokenizer } from '@huggingface/tokenizers';
import { type AlignedText, mapped } from './aligned-text';

/** The alphabet of byte-level BPE (Radford et al. 2019, GPT-2): one printable character per byte. */
const { byte_encoder: ALPHABET } = new ByteLevelPreTokenizer({ type: 'ByteLevel' });
const { byte_decoder: BYTES } = new ByteLevelDecoder({ type: 'ByteLevel' });

/** The character that stands for the space. */
export const BYTE_LEVEL_SPACE = ALPHABET[0x20]!;

const encoder = new TextEncoder();

function spelled(text: string): string {
  let bytes = '';
  for (const byte of encoder.encode(text)) bytes += ALPHABET[byte];
  return bytes;
}

/** Writes a text as its UTF-8 bytes in the byte-level alphabet; each byte keeps the offsets of its character. */
export const toByteLevel = (text: AlignedText): AlignedText =>
  mapped(text, (character) => (character < '\u0080' ? ALPHABET[character.charCodeAt(0)]! : spelled(character)));

/** A token in the byte-level alphabet. A token with other characters stands for its UTF-8 bytes. */
export const inByteLevel = (token: string): string =>
  Array.from(token).every((character) => character in BYTES) ? token : spelled(token);
