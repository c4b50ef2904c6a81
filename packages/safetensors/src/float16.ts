import { roundToFormat } from './round-to-format';

/**
 * The 16 bits of the IEEE 754 half-precision number nearest to `value`, ties to even. Rounds once, straight from the
 * double. From 65520 on the result is infinity; NaN becomes the quiet NaN 0x7e00.
 */
export function toFloat16(value: number): number {
  return roundToFormat(value, 10, -14);
}

/** The number that 16 bits of IEEE 754 half precision stand for; every half is exact in float32. */
export function fromFloat16(bits: number): number {
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (fraction + 0x400) * 2 ** (exponent - 25);
}

/** Widens a whole array. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const magnitude = bits[i] & 0x7fff;
    // The biases of the exponents differ by 112. Subnormals, infinities and NaN follow rules of their own.
    const wide = magnitude >= 0x400 && magnitude < 0x7c00 ? (magnitude << 13) + (112 << 23) : special(magnitude);
    words[i] = ((bits[i] & 0x8000) << 16) | wide;
  }
  return new Float32Array(words.buffer);
}

/** The float32 bits of a subnormal half, infinity or NaN, without its sign. */
function special(magnitude: number): number {
  if (magnitude >= 0x7c00) return magnitude === 0x7c00 ? 0x7f800000 : 0x7fc00000;
  if (magnitude === 0) return 0;
  // The highest bit becomes the implicit one.
  const shift = Math.clz32(magnitude) - 21;
  return ((113 - shift) << 23) | ((magnitude << (shift + 13)) & 0x7fffff);
}

/** As {@link toFloat16}, for a whole array, on the bits of its numbers. */
export function narrowToFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) {
    const magnitude = words[i] & 0x7fffffff;
    const sign = (words[i] >>> 16) & 0x8000;
    // Adding just below half of the last kept bit, and that bit, rounds to nearest, ties to even; a carry runs into the
    // exponent, as it should. 65,520 is halfway to what would be the next number.
    if (magnitude >= 0x38800000 && magnitude < 0x477ff000)
      halves[i] = sign | ((magnitude - (112 << 23) + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    else halves[i] = magnitude > 0x7f800000 ? 0x7e00 : sign | extreme(magnitude);
  }
  return halves;
}

/** The half of a float32 that is too large or too small for a normal one, as bits without sign. */
function extreme(magnitude: number): number {
  if (magnitude >= 0x477ff000) return 0x7c00;
  // Below 2⁻¹⁴ the digits shift out one by one; 2⁻²⁵ and less rounds to zero.
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return 0;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  return (fraction + (1 << (shift - 1)) - 1 + ((fraction >>> shift) & 1)) >>> shift;
}
