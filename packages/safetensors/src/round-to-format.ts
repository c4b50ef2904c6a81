const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** 2^exponent of a normal double, assembled from its bits. */
function powerOfTwo(exponent: number): number {
  words[0] = 0;
  words[1] = (exponent + 1023) << 20;
  return double[0];
}

/**
 * The bits (sign, exponent, fraction) of `value` rounded to nearest, ties to even, in a 16-bit binary format with
 * `fractionBits` and the least normal exponent `minExponent` (so its bias is 1 − minExponent).
 */
export function roundToFormat(value: number, fractionBits: number, minExponent: number): number {
  double[0] = value;
  const sign = words[1] & 0x80000000 ? 0x8000 : 0;
  const infinity = 0x7fff - (2 ** fractionBits - 1);
  if (Number.isNaN(value)) return infinity | (2 ** fractionBits / 2);
  const magnitude = Math.abs(value);
  // Subnormals share the spacing of the least normal exponent, and so does the double zero.
  const exponent = Math.max(((words[1] >>> 20) & 0x7ff) - 1023, minExponent);
  if (exponent > -minExponent + 1) return sign | infinity;
  // 2^52 is where doubles are spaced by 1: adding it rounds to an integer, ties to even.
  const units = magnitude * powerOfTwo(fractionBits - exponent) + 2 ** 52 - 2 ** 52;
  // A subnormal has no implicit bit; a carry out of the fraction moves into the exponent, up to infinity, by itself.
  return sign | (units + (exponent - minExponent) * 2 ** fractionBits);
}
