import { half } from './half';

// Super-blocks of 256 values in groups of 16 or 32, each with a small scale (and minimum) of its own, which super-scales in
// half precision multiply. The bits of a value are spread over arrays that hold 32 neighbours side by side. (ggml,
// `block_q2_K` …)
//
// Every product below has at most 24 significant bits, so it is exact, and a value is rounded once: when it is stored.

/** d · s · q − dmin · m. Layout: s and m (a nibble each of 16 bytes), q (64 bytes), d, dmin. */
export function decodeQ2_K(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const scale = half(bytes, from + 80);
  const minimum = half(bytes, from + 82);
  for (let group = 0; group < 16; group++) {
    const nibbles = bytes[from + group];
    const groupScale = scale * (nibbles & 15);
    const groupMinimum = minimum * (nibbles >> 4);
    for (let i = 16 * group; i < 16 * group + 16; i++) {
      values[to + i] = groupScale * twoBits(bytes, from + 16, i) - groupMinimum;
    }
  }
}

/** d · s · q, with q in −4 … 3. Layout: high bits (32 bytes), low bits (64), s (6 bits each in 12 bytes), d. */
export function decodeQ3_K(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const scale = half(bytes, from + 108);
  const scales = from + 96;
  for (let group = 0; group < 16; group++) {
    const low = (bytes[scales + (group & 7)] >> (group < 8 ? 0 : 4)) & 15;
    const high = (bytes[scales + 8 + (group & 3)] >> (2 * (group >> 2))) & 3;
    const groupScale = scale * ((low | (high << 4)) - 32);
    for (let i = 16 * group; i < 16 * group + 16; i++) {
      values[to + i] = groupScale * ((twoBits(bytes, from + 32, i) | (bitOf(bytes, from, i) << 2)) - 4);
    }
  }
}

/** d · s · q − dmin · m. Layout: d, dmin, s and m (12 bytes), q (128 bytes). */
export function decodeQ4_K(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  for (let group = 0; group < 8; group++) {
    const { scale, minimum } = scaleAndMinimum(bytes, from, group);
    for (let i = 32 * group; i < 32 * group + 32; i++) {
      values[to + i] = scale * fourBits(bytes, from + 16, i) - minimum;
    }
  }
}

/** d · s · q − dmin · m. Layout: d, dmin, s and m (12 bytes), fifth bits (32 bytes), low bits (128). */
export function decodeQ5_K(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  for (let group = 0; group < 8; group++) {
    const { scale, minimum } = scaleAndMinimum(bytes, from, group);
    for (let i = 32 * group; i < 32 * group + 32; i++) {
      values[to + i] = scale * (fourBits(bytes, from + 48, i) | (bitOf(bytes, from + 16, i) << 4)) - minimum;
    }
  }
}

/** d · s · (q − 32). Layout: low four bits (128 bytes), high two (64), s (16 signed bytes), d. */
export function decodeQ6_K(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const scale = half(bytes, from + 208);
  for (let group = 0; group < 16; group++) {
    const groupScale = scale * ((bytes[from + 192 + group] << 24) >> 24);
    for (let i = 16 * group; i < 16 * group + 16; i++) {
      // In each half of the super-block, 64 bytes hold values 0 … 63 in their lower and 64 … 127 in their upper nibbles.
      const low = (bytes[from + 64 * (i >> 7) + (i & 63)] >> (i & 64 ? 4 : 0)) & 15;
      values[to + i] = groupScale * ((low | (twoBits(bytes, from + 128, i) << 4)) - 32);
    }
  }
}

/** Eight scales and minima of 6 bits, each times its super-scale. */
function scaleAndMinimum(bytes: Uint8Array, from: number, group: number): { scale: number; minimum: number } {
  const packed = from + 4;
  const at = packed + (group & 3);
  const first = group < 4;
  const scale = first ? bytes[at] & 63 : (bytes[at + 8] & 15) | ((bytes[at] >> 6) << 4);
  const minimum = first ? bytes[at + 4] & 63 : (bytes[at + 8] >> 4) | ((bytes[at + 4] >> 6) << 4);
  return { scale: half(bytes, from) * scale, minimum: half(bytes, from + 2) * minimum };
}

/** Bit `i` of 256: byte i mod 32 holds those of every 32nd value. */
function bitOf(bytes: Uint8Array, from: number, i: number): number {
  return (bytes[from + (i & 31)] >> (i >> 5)) & 1;
}

/** Two bits `i` of 256: in each half of the super-block, 32 bytes hold four values each, 32 apart. */
function twoBits(bytes: Uint8Array, from: number, i: number): number {
  return (bytes[from + 32 * (i >> 7) + (i & 31)] >> (2 * ((i >> 5) & 3))) & 3;
}

/** Four bits `i` of 256: 32 bytes hold the values of two neighbouring groups of 32. */
function fourBits(bytes: Uint8Array, from: number, i: number): number {
  return (bytes[from + 32 * (i >> 6) + (i & 31)] >> (i & 32 ? 4 : 0)) & 15;
}
