import { half } from './half';

// Blocks of 32 values: a scale in half precision, for the types `_1` also the least value, then (5 bits) the fifth bits of all
// values, then the low bits: byte j holds value j in its lower half and value j + 16 in its upper half. (ggml, `block_q4_0` …)
//
// Every product below has at most 24 significant bits, so it is exact, and a value is rounded once: when it is stored.

/** d · (q − 8) */
export function decodeQ4_0(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const scale = half(bytes, from);
  for (let j = 0; j < 16; j++) {
    const pair = bytes[from + 2 + j];
    values[to + j] = scale * ((pair & 15) - 8);
    values[to + j + 16] = scale * ((pair >> 4) - 8);
  }
}

/** d · q + m */
export function decodeQ4_1(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const scale = half(bytes, from);
  const least = half(bytes, from + 2);
  for (let j = 0; j < 16; j++) {
    const pair = bytes[from + 4 + j];
    values[to + j] = scale * (pair & 15) + least;
    values[to + j + 16] = scale * (pair >> 4) + least;
  }
}

/** d · (q − 16) */
export function decodeQ5_0(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const scale = half(bytes, from);
  for (let i = 0; i < 32; i++) values[to + i] = scale * (fiveBits(bytes, from + 2, i) - 16);
}

/** d · q + m */
export function decodeQ5_1(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const scale = half(bytes, from);
  const least = half(bytes, from + 2);
  for (let i = 0; i < 32; i++) values[to + i] = scale * fiveBits(bytes, from + 4, i) + least;
}

/** Value `i` of 32 whose fifth bits fill the four bytes at `from` and whose low bits the sixteen after them. */
function fiveBits(bytes: Uint8Array, from: number, i: number): number {
  const low = (bytes[from + 4 + (i & 15)] >> (i < 16 ? 0 : 4)) & 15;
  return low | (((bytes[from + (i >> 3)] >> (i & 7)) & 1) << 4);
}

/** d · q, where q is a signed byte */
export function decodeQ8_0(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const scale = half(bytes, from);
  for (let i = 0; i < 32; i++) values[to + i] = scale * ((bytes[from + 2 + i] << 24) >> 24);
}
