/** The largest finite number in half precision, and the smallest with full precision. */
export const LARGEST_HALF = 65504;
export const SMALLEST_HALF = 2 ** -14;

/**
 * The bits of the half-precision numbers nearest to float32 numbers, ties to even. 65,520 and more become infinity; NaN
 * stays NaN.
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const magnitude = bits[i]! & 0x7fffffff;
    halves[i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : rounded(magnitude));
  }
  return halves;
}

/** The half-precision bits of a float32 that is not NaN, given without its sign. */
function rounded(magnitude: number): number {
  // 65,520 is halfway to what would be the next number.
  if (magnitude >= 0x477ff000) return 0x7c00;
  // Below 2⁻¹⁴ the digits shift out one by one; 2⁻²⁵ and less rounds to zero.
  const exponent = magnitude >>> 23;
  if (exponent < 102) return 0;
  const shift = exponent < 113 ? 126 - exponent : 13;
  const fraction = exponent < 113 ? (magnitude & 0x7fffff) | 0x800000 : magnitude - (112 << 23);
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  // A carry runs into the exponent, as it should.
  return rest > half || (rest === half && kept & 1) ? kept + 1 : kept;
}
