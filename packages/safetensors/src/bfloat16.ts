import { roundToFormat } from './round-to-format';

/**
 * The 16 bits of the bfloat16 number nearest to `value`, ties to even. Rounds once, straight from the double. NaN becomes
 * the quiet NaN 0x7fc0.
 */
export function toBfloat16(value: number): number {
  return roundToFormat(value, 7, -126);
}

/** The number that 16 bits of bfloat16 stand for: the upper half of a float32. */
export function fromBfloat16(bits: number): number {
  return widenBfloat16(Uint16Array.of(bits))[0];
}

/** Widens a whole array. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
  return new Float32Array(words.buffer);
}

/** As {@link toBfloat16}, for a whole array, on the bits of its numbers. */
export function narrowToBfloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++)
    // Adding just below half of the last kept bit, and that bit, rounds to nearest, ties to even.
    halves[i] = (words[i] & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (words[i] + 0x7fff + ((words[i] >>> 16) & 1)) >>> 16;
  return halves;
}
