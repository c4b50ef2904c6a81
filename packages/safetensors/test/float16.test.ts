import { seededRandom } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { narrowToBfloat16, widenBfloat16 } from '../src/bfloat16';
import { narrowToFloat16, widenFloat16 } from '../src/float16';
import { fromBfloat16, fromFloat16, openSafetensors, serializeSafetensors, toBfloat16, toFloat16 } from '../src/index';

/** The value of a 16-bit float by its definition, as text arithmetic on its bits. */
function define(bits: number, exponentBits: number): number {
  const binary = bits.toString(2).padStart(16, '0');
  const exponent = Number.parseInt(binary.slice(1, 1 + exponentBits), 2);
  const fraction = binary.slice(1 + exponentBits);
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = binary[0] === '1' ? -1 : 1;
  let significand = exponent === 0 ? 0 : 1;
  for (let i = 0; i < fraction.length; i++) significand += Number(fraction[i]) * 2 ** -(i + 1);
  if (exponent === 2 * bias + 1) return significand === 1 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * significand * 2 ** (Math.max(exponent, 1) - bias);
}

/** Nearest by search among all non-negative numbers of the format; a tie goes to the even bit pattern. */
function nearest(value: number, sorted: Float64Array, infinity: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  let low = 0;
  let high = infinity;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= magnitude) low = middle;
    else high = middle;
  }
  // IEEE 754 rounds to infinity as if the format went on: the next number would be one step above the largest.
  const above = high === infinity ? 2 * sorted[infinity - 1] - sorted[infinity - 2] : sorted[high];
  const below = magnitude - sorted[low];
  const gap = above - magnitude;
  if (below === gap) return sign | (low % 2 === 0 ? low : high);
  return sign | (below < gap ? low : high);
}

const formats = [
  {
    name: 'float16',
    exponentBits: 5,
    infinity: 0x7c00,
    to: toFloat16,
    from: fromFloat16,
    narrow: narrowToFloat16,
    widen: widenFloat16,
  },
  {
    name: 'bfloat16',
    exponentBits: 8,
    infinity: 0x7f80,
    to: toBfloat16,
    from: fromBfloat16,
    narrow: narrowToBfloat16,
    widen: widenBfloat16,
  },
];

for (const { name, exponentBits, infinity, to, from, narrow, widen } of formats) {
  describe(name, () => {
    const sorted = Float64Array.from({ length: infinity }, (_, bits) => define(bits, exponentBits));

    test('all 65,536 bit patterns read as defined, and go back to themselves', () => {
      let wrong = 0;
      for (let bits = 0; bits < 65536; bits++) {
        const value = from(bits);
        if (!Object.is(value, define(bits, exponentBits))) wrong++;
        const back = Number.isNaN(value) ? (to(value) & 0x7fff) > infinity : to(value) === bits;
        if (!back) wrong++;
      }
      expect(wrong).toBe(0);
    });

    test('every midpoint between neighbours goes to the even one, and its two nearest doubles to either side', () => {
      let wrong = 0;
      for (let bits = 0; bits < infinity - 1; bits++) {
        const middle = (sorted[bits] + sorted[bits + 1]) / 2;
        if (to(middle) !== (bits % 2 === 0 ? bits : bits + 1)) wrong++;
        if (to(-middle) !== (0x8000 | (bits % 2 === 0 ? bits : bits + 1))) wrong++;
        if (to(middle * (1 - 2 ** -52)) !== bits) wrong++;
        if (to(middle * (1 + 2 ** -52)) !== bits + 1) wrong++;
      }
      expect(wrong).toBe(0);
    });

    test('random floats of all magnitudes round as the search does', () => {
      const random = seededRandom(11);
      const float = new Float32Array(1);
      const word = new Uint32Array(float.buffer);
      let wrong = 0;
      for (let i = 0; i < 200_000; i++) {
        word[0] = Math.floor(random() * 2 ** 32);
        if (Number.isFinite(float[0]) && to(float[0]) !== nearest(float[0], sorted, infinity)) wrong++;
        const moderate = (random() - 0.5) * 2 ** Math.floor(random() * 44 - 26);
        if (to(moderate) !== nearest(moderate, sorted, infinity)) wrong++;
      }
      expect(wrong).toBe(0);
    });

    test('whole arrays are widened as single numbers are', () => {
      const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
      const wrong = [...widen(all)].findIndex((value, bits) => !Object.is(value, define(bits, exponentBits)));
      expect(wrong).toBe(-1);
    });

    test('whole arrays are narrowed as single numbers are: 4 million floats of all bits, and every midpoint', () => {
      const random = seededRandom(7);
      const words = Uint32Array.from({ length: 4_000_000 }, () => Math.floor(random() * 2 ** 32));
      const middles = Float32Array.from({ length: infinity }, (_, bits) =>
        bits < infinity - 1 ? (sorted[bits] + sorted[bits + 1]) / 2 : Number.NaN,
      );
      const edges = Float32Array.of(0, 2 ** -25, 2 ** -126, 2 ** -149, 65519.996, 65520, 3.4028235e38, 1 / 0);
      for (const values of [
        new Float32Array(words.buffer),
        middles,
        middles.map((x) => -x),
        edges,
        edges.map((x) => -x),
      ]) {
        const bits = narrow(values);
        expect(bits.findIndex((half, i) => half !== to(values[i]))).toBe(-1);
      }
      // A view that does not begin at its buffer's first byte.
      expect([...narrow(edges.subarray(4))]).toEqual([...edges.subarray(4)].map(to));
    });

    test('the edges: zeros, subnormals, overflow, infinities, NaN', () => {
      expect(to(0)).toBe(0);
      expect(to(-0)).toBe(0x8000);
      expect(to(Number.MIN_VALUE)).toBe(0);
      expect(to(sorted[1])).toBe(1);
      expect(to(sorted[1] / 2)).toBe(0);
      const largest = sorted[infinity - 1];
      const half = (largest - sorted[infinity - 2]) / 2;
      expect(to(largest + half)).toBe(infinity);
      expect(to((largest + half) * (1 - 2 ** -52))).toBe(infinity - 1);
      expect(to(Number.MAX_VALUE)).toBe(infinity);
      expect(to(Number.NEGATIVE_INFINITY)).toBe(0x8000 | infinity);
      expect(from(to(Number.NaN))).toBeNaN();
    });
  });
}

test('doubles are rounded once: by way of float32 these would land on the wrong side', () => {
  const justAboveTie = 1 + 2 ** -11 + 2 ** -40;
  expect(toFloat16(justAboveTie)).toBe(0x3c01);
  expect(toFloat16(Math.fround(justAboveTie))).toBe(0x3c00);
  const brainTie = 1 + 2 ** -8 + 2 ** -40;
  expect(toBfloat16(brainTie)).toBe(0x3f81);
  expect(toBfloat16(Math.fround(brainTie))).toBe(0x3f80);
});

test('16-bit words are stored as they are', async () => {
  const halves = Uint16Array.of(0x3c00, 0xb800, 0x7e01, 0x0001);
  for (const [dtype, from] of [
    ['F16', fromFloat16],
    ['BF16', fromBfloat16],
  ] as const) {
    const file = await openSafetensors(serializeSafetensors([{ name: 'w', shape: [4], dtype, data: halves }]));
    const { data } = await file.read('w');
    expect([...(data as Float32Array)]).toEqual([...halves].map(from));
  }
  expect(() => serializeSafetensors([{ name: 'w', shape: [4], dtype: 'F32', data: halves }])).toThrow(
    'cannot store U16 values as F32',
  );
});
