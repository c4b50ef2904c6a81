import { half } from './half';
import * as k from './k-quants';
import * as legacy from './legacy-quants';

/** The stored formats that can be turned into numbers. */
export type BlockType = keyof typeof BLOCK_TYPES;

/** How a format stores its values. */
export interface BlockFormat {
  /** Its number in the file. */
  id: number;
  /** Values in one block, which never crosses the end of a row. */
  values: number;
  /** Bytes of one block. */
  bytes: number;
  /** Writes the values of the block that begins at `bytes[from]` to `values`, beginning at `to`. */
  decode(bytes: Uint8Array, from: number, values: Float32Array, to: number): void;
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The formats by the names that ggml gives them. */
export const BLOCK_TYPES = {
  F32: {
    id: 0,
    values: 1,
    bytes: 4,
    decode(bytes, from, values, to) {
      word[0] = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24);
      values[to] = float[0];
    },
  },
  F16: {
    id: 1,
    values: 1,
    bytes: 2,
    decode(bytes, from, values, to) {
      values[to] = half(bytes, from);
    },
  },
  BF16: {
    id: 30,
    values: 1,
    bytes: 2,
    decode(bytes, from, values, to) {
      word[0] = (bytes[from] << 16) | (bytes[from + 1] << 24);
      values[to] = float[0];
    },
  },
  Q4_0: { id: 2, values: 32, bytes: 18, decode: legacy.decodeQ4_0 },
  Q4_1: { id: 3, values: 32, bytes: 20, decode: legacy.decodeQ4_1 },
  Q5_0: { id: 6, values: 32, bytes: 22, decode: legacy.decodeQ5_0 },
  Q5_1: { id: 7, values: 32, bytes: 24, decode: legacy.decodeQ5_1 },
  Q8_0: { id: 8, values: 32, bytes: 34, decode: legacy.decodeQ8_0 },
  Q2_K: { id: 10, values: 256, bytes: 84, decode: k.decodeQ2_K },
  Q3_K: { id: 11, values: 256, bytes: 110, decode: k.decodeQ3_K },
  Q4_K: { id: 12, values: 256, bytes: 144, decode: k.decodeQ4_K },
  Q5_K: { id: 13, values: 256, bytes: 176, decode: k.decodeQ5_K },
  Q6_K: { id: 14, values: 256, bytes: 210, decode: k.decodeQ6_K },
} as const satisfies Record<string, BlockFormat>;

/** Formats of ggml that are recognised and not decoded, for the error message. */
const NOT_DECODED: Readonly<Record<number, string>> = {
  9: 'Q8_1',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
};

/** @throws when the number stands for no format, or for one that this package does not decode. */
export function blockType(id: number, what: string): BlockType {
  for (const [name, format] of Object.entries(BLOCK_TYPES)) if (format.id === id) return name as BlockType;
  const name = NOT_DECODED[id];
  throw new Error(
    `${what} has the ${name ? `type ${name} (${id}), which is not supported` : `unknown type ${id}`}; supported are ${Object.keys(BLOCK_TYPES).join(', ')}.`,
  );
}
