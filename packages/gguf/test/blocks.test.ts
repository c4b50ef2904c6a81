import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '@interlayer/safetensors';
import { seededRandom, shared } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';
import { type BlockType, openGguf } from '../src/index';
import { f32, ggufFile } from './gguf-file';

/**
 * A second way to write each block: the bits of every field in the order of the file, the first bit of a byte its lowest. Where
 * the decoder computes which bits a value has, this walks through the block and says whose bits come next.
 */
class BitWriter {
  readonly bits: number[] = [];

  add(value: number, width: number): this {
    for (let bit = 0; bit < width; bit++) this.bits.push((value >> bit) & 1);
    return this;
  }

  half(value: number): this {
    return this.add(toFloat16(value), 16);
  }

  get bytes(): number[] {
    return Array.from({ length: this.bits.length / 8 }, (_, byte) =>
      this.bits.slice(8 * byte, 8 * byte + 8).reduce((sum, bit, i) => sum + bit * 2 ** i, 0),
    );
  }
}

const random = seededRandom(5);
const below = (limit: number) => Math.floor(random() * limit);
const several = (count: number, limit: number) => Array.from({ length: count }, () => below(limit));
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
/** A number that half precision holds, of either sign. */
const scale = () => fromFloat16(toFloat16((random() - 0.5) * 2 ** (below(12) - 6)));

/** Each writes one random block and returns its bytes with the values that the format's formula gives, in float64. */
const blocks: Record<BlockType, () => { bytes: number[]; values: number[] }> = {
  F32() {
    const value = Math.fround(random() - 0.5);
    return { bytes: f32(value), values: [value] };
  },
  F16() {
    const value = scale();
    return { bytes: new BitWriter().half(value).bytes, values: [value] };
  },
  BF16() {
    const bits = toBfloat16(random() * 1e30);
    return { bytes: new BitWriter().add(bits, 16).bytes, values: [fromBfloat16(bits)] };
  },
  Q4_0() {
    const [d, q] = [scale(), several(32, 16)];
    const file = new BitWriter().half(d);
    for (const j of range(16)) file.add(q[j]!, 4).add(q[j + 16]!, 4);
    return { bytes: file.bytes, values: q.map((x) => (x - 8) * d) };
  },
  Q4_1() {
    const [d, m, q] = [scale(), scale(), several(32, 16)];
    const file = new BitWriter().half(d).half(m);
    for (const j of range(16)) file.add(q[j]!, 4).add(q[j + 16]!, 4);
    return { bytes: file.bytes, values: q.map((x) => x * d + m) };
  },
  Q5_0() {
    const [d, q] = [scale(), several(32, 32)];
    const file = new BitWriter().half(d);
    for (const x of q) file.add(x >> 4, 1);
    for (const j of range(16)) file.add(q[j]!, 4).add(q[j + 16]!, 4);
    return { bytes: file.bytes, values: q.map((x) => (x - 16) * d) };
  },
  Q5_1() {
    const [d, m, q] = [scale(), scale(), several(32, 32)];
    const file = new BitWriter().half(d).half(m);
    for (const x of q) file.add(x >> 4, 1);
    for (const j of range(16)) file.add(q[j]!, 4).add(q[j + 16]!, 4);
    return { bytes: file.bytes, values: q.map((x) => x * d + m) };
  },
  Q8_0() {
    const [d, q] = [scale(), several(32, 256).map((x) => x - 128)];
    const file = new BitWriter().half(d);
    for (const x of q) file.add(x, 8);
    return { bytes: file.bytes, values: q.map((x) => x * d) };
  },
  Q2_K() {
    const [d, dmin, s, m, q] = [scale(), scale(), several(16, 16), several(16, 16), several(256, 4)];
    const file = new BitWriter();
    for (const group of range(16)) file.add(s[group]!, 4).add(m[group]!, 4);
    for (const part of [0, 128]) {
      for (const l of range(32)) for (const quarter of range(4)) file.add(q[part + 32 * quarter + l]!, 2);
    }
    file.half(d).half(dmin);
    return { bytes: file.bytes, values: q.map((x, i) => d * s[i >> 4]! * x - dmin * m[i >> 4]!) };
  },
  Q3_K() {
    const [d, s, q] = [scale(), several(16, 64), several(256, 8)];
    const file = new BitWriter();
    for (const l of range(32)) for (const eighth of range(8)) file.add(q[32 * eighth + l]! >> 2, 1);
    for (const part of [0, 128]) {
      for (const l of range(32)) for (const quarter of range(4)) file.add(q[part + 32 * quarter + l]!, 2);
    }
    for (const k of range(8)) file.add(s[k]!, 4).add(s[k + 8]!, 4);
    for (const k of range(4)) for (const quarter of range(4)) file.add(s[k + 4 * quarter]! >> 4, 2);
    file.half(d);
    return { bytes: file.bytes, values: q.map((x, i) => d * (s[i >> 4]! - 32) * (x - 4)) };
  },
  Q4_K() {
    const [d, dmin, s, m, q] = [scale(), scale(), several(8, 64), several(8, 64), several(256, 16)];
    const file = new BitWriter().half(d).half(dmin);
    addSixBits(file, s, m);
    for (const part of [0, 64, 128, 192])
      for (const l of range(32)) file.add(q[part + l]!, 4).add(q[part + 32 + l]!, 4);
    return { bytes: file.bytes, values: q.map((x, i) => d * s[i >> 5]! * x - dmin * m[i >> 5]!) };
  },
  Q5_K() {
    const [d, dmin, s, m, q] = [scale(), scale(), several(8, 64), several(8, 64), several(256, 32)];
    const file = new BitWriter().half(d).half(dmin);
    addSixBits(file, s, m);
    for (const l of range(32)) for (const eighth of range(8)) file.add(q[32 * eighth + l]! >> 4, 1);
    for (const part of [0, 64, 128, 192])
      for (const l of range(32)) file.add(q[part + l]!, 4).add(q[part + 32 + l]!, 4);
    return { bytes: file.bytes, values: q.map((x, i) => d * s[i >> 5]! * x - dmin * m[i >> 5]!) };
  },
  Q6_K() {
    const [d, s, q] = [scale(), several(16, 256).map((x) => x - 128), several(256, 64)];
    const file = new BitWriter();
    for (const part of [0, 128]) for (const l of range(64)) file.add(q[part + l]!, 4).add(q[part + 64 + l]!, 4);
    for (const part of [0, 128]) {
      for (const l of range(32)) for (const quarter of range(4)) file.add(q[part + 32 * quarter + l]! >> 4, 2);
    }
    for (const x of s) file.add(x, 8);
    file.half(d);
    return { bytes: file.bytes, values: q.map((x, i) => d * s[i >> 4]! * (x - 32)) };
  },
};

/** Scales and minima of 6 bits: those of the first four groups have a byte, whose upper bits complete the other four. */
function addSixBits(file: BitWriter, s: number[], m: number[]): void {
  for (const k of range(4)) file.add(s[k]!, 6).add(s[k + 4]! >> 4, 2);
  for (const k of range(4)) file.add(m[k]!, 6).add(m[k + 4]! >> 4, 2);
  for (const k of range(4)) file.add(s[k + 4]!, 4).add(m[k + 4]!, 4);
}

const TYPE_IDS: Record<BlockType, number> = {
  F32: 0,
  F16: 1,
  Q4_0: 2,
  Q4_1: 3,
  Q5_0: 6,
  Q5_1: 7,
  Q8_0: 8,
  Q2_K: 10,
  Q3_K: 11,
  Q4_K: 12,
  Q5_K: 13,
  Q6_K: 14,
  BF16: 30,
};

const openOne = (type: number, dimensions: number[], bytes: number[]) =>
  openGguf(ggufFile({ tensors: [{ name: 't', dimensions, type, bytes }] }));

describe('blocks written from known scales and quants', () => {
  test.each(Object.keys(blocks) as BlockType[])('%s: the formula in float64, rounded once', async (type) => {
    const rows = range(40).map(() => [blocks[type](), blocks[type]()]);
    const expected = rows.flat().flatMap(({ values }) => values);
    const bytes = rows.flat().flatMap((block) => block.bytes);
    const file = await openOne(TYPE_IDS[type], [expected.length / 40, 40], bytes);
    expect(file.tensors.get('t')).toMatchObject({ type, shape: [40, expected.length / 40], byteLength: bytes.length });

    const { data } = await file.read('t');
    expect(data).toEqual(Float32Array.from(expected));
    expect((await file.read('t', { as: 'bytes' })).data).toEqual(Uint8Array.from(bytes));
    if (type !== 'BF16') {
      expect((await file.read('t', { as: 'float16' })).data).toEqual(Uint16Array.from(data, toFloat16));
    }
  });
});

test('special values of a stored float pass, and a finite value beyond half precision is refused', async () => {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 2 ** -149, 65519];
  const file = await openOne(0, [odd.length], odd.flatMap(f32));
  expect((await file.read('t')).data).toEqual(Float32Array.from(odd));
  expect((await file.read('t', { as: 'float16' })).data).toEqual(
    Uint16Array.of(0x7e00, 0x7c00, 0xfc00, 0x8000, 0, 0x7bff),
  );
  const large = await openOne(0, [2], [1, -70_000].flatMap(f32));
  await expect(large.read('t', { as: 'float16' })).rejects.toThrow(
    'Tensor "t" holds -70000 at index 1, beyond half precision',
  );
});

/** The distance in steps of float32. */
function unitsApart(a: number, b: number): number {
  const ordered = (value: number) => {
    const bits = new Int32Array(Float32Array.of(value).buffer)[0]!;
    return bits < 0 ? -2147483648 - bits : bits;
  };
  return Math.abs(ordered(a) - ordered(b));
}

shared('blocks with the values that the reference implementation gives', (data) => {
  const recorded: { type: BlockType; ggml_type: number; bytes_base64: string; values: number[] }[] = JSON.parse(
    readFileSync(join(data, 'models/gguf-blocks.json'), 'utf8'),
  );

  test('every type but F32 is there', () => {
    expect(recorded.map(({ type }) => type).sort()).toEqual(
      Object.keys(blocks)
        .filter((type) => type !== 'F32')
        .sort(),
    );
  });

  test.each(recorded)('$type', async ({ type, ggml_type, bytes_base64, values }) => {
    const file = await openOne(ggml_type, [values.length], [...Buffer.from(bytes_base64, 'base64')]);
    const tensor = await file.read('t');
    expect(tensor.type).toBe(type);
    expect(tensor.data.length).toBe(values.length);
    expect(Math.max(...values.map((value, i) => unitsApart(value, tensor.data[i]!)))).toBeLessThanOrEqual(1);
  });
});
