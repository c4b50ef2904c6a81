import { roundToFormat } from './round-to-format';

let table: Float32Array | undefined;

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

/** Widens a whole array, through a table of all 65,536 halves that is built on first use. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, half) => fromFloat16(half));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]];
  return values;
}
