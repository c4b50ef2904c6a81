import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type ByteSource,
  type Dtype,
  fromBfloat16,
  fromFloat16,
  openSafetensors,
  serializeSafetensors,
  type TensorData,
  type TensorEntry,
  toBfloat16,
  toFloat16,
  toSafeNumbers,
  writeSafetensors,
} from '../src/index';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fresh = () => join(folder, `${randomUUID()}.safetensors`);

const arrays: Record<Dtype, { from: (values: number[]) => TensorData; stored: (value: number) => number | bigint }> = {
  F64: { from: (v) => Float64Array.from(v, (x) => x / 3), stored: (x) => x / 3 },
  F32: { from: (v) => Float32Array.from(v, (x) => x / 3), stored: (x) => Math.fround(x / 3) },
  F16: { from: (v) => Float32Array.from(v, (x) => x / 3), stored: (x) => fromFloat16(toFloat16(Math.fround(x / 3))) },
  BF16: { from: (v) => Float64Array.from(v, (x) => x / 3), stored: (x) => fromBfloat16(toBfloat16(x / 3)) },
  I64: { from: (v) => BigInt64Array.from(v, (x) => BigInt(x) << 30n), stored: (x) => BigInt(x) << 30n },
  U64: { from: (v) => BigUint64Array.from(v, (x) => BigInt(x >>> 0) << 31n), stored: (x) => BigInt(x >>> 0) << 31n },
  I32: { from: (v) => Int32Array.from(v), stored: (x) => x },
  U32: { from: (v) => Uint32Array.from(v, Math.abs), stored: Math.abs },
  I16: { from: (v) => Int16Array.from(v, (x) => x >> 16), stored: (x) => x >> 16 },
  U16: { from: (v) => Uint16Array.from(v, (x) => x & 0xffff), stored: (x) => x & 0xffff },
  I8: { from: (v) => Int8Array.from(v, (x) => x >> 24), stored: (x) => x >> 24 },
  U8: { from: (v) => Uint8Array.from(v, (x) => x & 0xff), stored: (x) => x & 0xff },
  BOOL: { from: (v) => Uint8Array.from(v, (x) => x & 1), stored: (x) => x & 1 },
};
const dtypes = Object.keys(arrays) as Dtype[];

const tensors = fc.uniqueArray(
  fc.record({
    name: fc.string({ unit: 'grapheme', maxLength: 8 }).filter((name) => name !== '__metadata__'),
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
    seed: fc.integer(),
  }),
  { selector: ({ name }) => name, maxLength: 6 },
);
const numbers = ({ shape, seed }: { shape: number[]; seed: number }) =>
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.imul(seed + i, 2654435761) | 0);
const entry = (tensor: { name: string; dtype: Dtype; shape: number[]; seed: number }) => ({
  name: tensor.name,
  shape: tensor.shape,
  dtype: tensor.dtype,
  data: arrays[tensor.dtype].from(numbers(tensor)),
});
const metadata = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), { maxKeys: 3 });

describe('what is written is what is read', () => {
  test('all dtypes, shapes and names; aligned; the same bytes on disk, in memory and when lazy', async () => {
    await fc.assert(
      fc.asyncProperty(tensors, metadata, async (described, notes) => {
        const bytes = serializeSafetensors(described.map(entry), { metadata: notes });
        const path = fresh();
        const lazy = described.map((tensor) => ({ ...entry(tensor), data: async () => entry(tensor).data }));
        await writeSafetensors(path, lazy, { metadata: notes });
        expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
        expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);

        const file = await openSafetensors(path);
        expect(file.metadata).toEqual(notes);
        expect([...file.tensors.keys()].sort()).toEqual(described.map(({ name }) => name).sort());
        for (const tensor of described) {
          const { dtype, shape, data } = await file.read(tensor.name);
          expect({ dtype, shape }).toEqual({ dtype: tensor.dtype, shape: tensor.shape });
          const { stored } = arrays[tensor.dtype];
          expect(Array.from<number | bigint>(data as Float32Array)).toEqual(numbers(tensor).map(stored));
          const { offset, byteLength } = file.tensors.get(tensor.name)!;
          const raw = await file.read(tensor.name, { as: 'bytes' });
          expect(raw.data).toEqual(bytes.slice(offset, offset + byteLength));
          if (data.length) expect(offset % Math.min(8, byteLength / data.length)).toBe(0);
        }
        await file.close();
        rmSync(path);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('without a dtype an array keeps its own', async () => {
    const file = await openSafetensors(
      serializeSafetensors([
        { name: 'a', shape: [1], data: Float32Array.of(0.1) },
        { name: 'b', shape: [], data: BigInt64Array.of(-1n) },
        { name: 'c', shape: [2], data: Int8Array.of(-3, 4) },
      ]),
    );
    const read = await Promise.all(['a', 'b', 'c'].map((name) => file.read(name)));
    expect(read.map(({ dtype }) => dtype)).toEqual(['F32', 'I64', 'I8']);
    expect(read.map(({ data }) => data)).toEqual([Float32Array.of(0.1), BigInt64Array.of(-1n), Int8Array.of(-3, 4)]);
  });

  test('a chunked conversion equals a whole one', async () => {
    const data = Float32Array.from({ length: 2 ** 20 + 12345 }, (_, i) => Math.sin(i));
    const path = fresh();
    await writeSafetensors(path, [{ name: 'a', shape: [data.length], data, dtype: 'F16' }]);
    const file = await openSafetensors(path);
    const expected = data.map((value) => fromFloat16(toFloat16(value)));
    expect(Buffer.compare(Buffer.from((await file.read('a')).data.buffer), Buffer.from(expected.buffer))).toBe(0);
    await file.close();
  });

  test('a file URL names the file to write', async () => {
    const path = fresh();
    await writeSafetensors(pathToFileURL(path), [{ name: 'a', shape: [], data: Int8Array.of(-3) }]);
    const file = await openSafetensors(path);
    expect((await file.read('a')).data).toEqual(Int8Array.of(-3));
    await file.close();
  });

  test('entries may come from an async generator, and are asked for their values one at a time, in the order of the file', async () => {
    const asked: string[] = [];
    async function* entries(): AsyncGenerator<TensorEntry> {
      for (const [name, dtype] of [
        ['half', 'F16'],
        ['full', 'F32'],
        ['other', 'F16'],
      ] as const) {
        yield { name, dtype, shape: [2], data: () => Float32Array.of(asked.push(name), 2) };
      }
    }
    const path = fresh();
    await writeSafetensors(path, entries());
    expect(asked).toEqual(['full', 'half', 'other']);
    const file = await openSafetensors(pathToFileURL(path));
    expect([...file.tensors.keys()]).toEqual(asked);
    await file.close();
  });
});

describe('reading', () => {
  const bytes = serializeSafetensors([
    { name: 'half', shape: [3], dtype: 'F16', data: Float32Array.of(0.1, -2, 70000) },
    { name: 'long', shape: [2], data: BigInt64Array.of(7n, -(2n ** 40n)) },
    { name: 'short', shape: [2], data: Int16Array.of(7, -9) },
  ]);

  test.each([
    ['bytes', () => bytes],
    ['a Blob', () => new Blob([bytes as Uint8Array<ArrayBuffer>])],
    [
      'a source whose buffers are not aligned',
      () => ({
        size: bytes.length,
        read: async (offset: number, length: number) => {
          const shifted = new Uint8Array(length + 3);
          shifted.set(bytes.subarray(offset, offset + length), 3);
          return shifted.subarray(3);
        },
      }),
    ],
  ])('from %s', async (_, source) => {
    const file = await openSafetensors(source());
    expect((await file.read('half')).data).toEqual(Float32Array.of(0.0999755859375, -2, Number.POSITIVE_INFINITY));
    expect((await file.read('long')).data).toEqual(BigInt64Array.of(7n, -(2n ** 40n)));
    expect((await file.read('short', { as: 'int32' })).data).toEqual(Int32Array.of(7, -9));
    expect((await file.read('long', { as: 'float32' })).data).toEqual(Float32Array.of(7, -(2 ** 40)));
    await expect(file.read('long', { as: 'int32' })).rejects.toThrow('-1099511627776 at index 1 does not fit');
    await expect(file.read('half', { as: 'int32' })).rejects.toThrow('stored as F16');
    await expect(file.read('hlaf')).rejects.toThrow('no tensor "hlaf" among the file\'s 3');
  });

  /** The same bytes at an offset of `shift` in a larger buffer. */
  const shifted = (shift: number) => {
    const buffer = new ArrayBuffer(bytes.length + shift + 5);
    new Uint8Array(buffer).set(bytes, shift);
    return Buffer.from(buffer, shift, bytes.length);
  };
  const sourceOf = (whole: Uint8Array, read: (from: number, to: number) => Uint8Array): ByteSource => ({
    size: whole.length,
    read: async (offset, length) => read(offset, offset + length),
  });

  test.each([0, 1, 3, 8])(
    'a Node Buffer at offset %i gives aligned tensors that share no memory with it',
    async (shift) => {
      for (const open of [
        (buffer: Buffer) => buffer,
        (buffer: Buffer) => sourceOf(buffer, (from, to) => buffer.subarray(from, to)),
        (buffer: Buffer) => sourceOf(buffer, (from, to) => Buffer.from(buffer.subarray(from, to))),
        (buffer: Buffer) => sourceOf(buffer, (from, to) => new Uint8Array(buffer.buffer, shift + from, to - from)),
      ]) {
        const buffer = shifted(shift);
        const file = await openSafetensors(open(buffer));
        const { data } = await file.read('long');
        expect(data).toEqual(BigInt64Array.of(7n, -(2n ** 40n)));
        data[0] = 99n;
        const raw = await file.read('half', { as: 'bytes' });
        expect(Object.getPrototypeOf(raw.data)).toBe(Uint8Array.prototype);
        raw.data.fill(0);
        expect(Buffer.compare(buffer, bytes)).toBe(0);
        expect((await file.read('half')).data).toEqual(Float32Array.of(0.0999755859375, -2, Number.POSITIVE_INFINITY));
      }
    },
  );

  test('an ArrayBuffer opens too, and what is no source is refused', async () => {
    expect((await (await openSafetensors(bytes.slice().buffer)).read('short')).data).toEqual(Int16Array.of(7, -9));
    for (const bad of [undefined, null, 3, {}, { size: 8 }, new DataView(bytes.slice().buffer)])
      await expect(openSafetensors(bad as never)).rejects.toThrow(/Pass a path, a file URL, a Uint8Array/);
  });

  test('an empty tensor asks the source for nothing', async () => {
    const empty = serializeSafetensors([{ name: 'none', shape: [0, 4], data: new Float32Array() }]);
    const asked: number[] = [];
    const file = await openSafetensors({
      size: empty.length,
      read: async (offset, length) => {
        asked.push(length);
        return empty.slice(offset, offset + length);
      },
    });
    expect(await file.read('none')).toEqual({ dtype: 'F32', shape: [0, 4], data: new Float32Array() });
    expect(asked).toEqual([8, empty.length - 8]);
  });

  test('a closed file says so, and closing twice is fine', async () => {
    const file = await openSafetensors(bytes);
    await file.close();
    await file.close();
    await expect(file.read('long')).rejects.toThrow('after the file was closed');
  });

  test('a source that runs dry is noticed', async () => {
    let reads = 0;
    const file = await openSafetensors({
      size: bytes.length,
      read: async (offset, length) => bytes.slice(offset, offset + (reads++ < 2 ? length : length - 1)),
    });
    await expect(file.read('long')).rejects.toThrow(/asked for 16 bytes at offset \d+, got 15; the file is truncated/);
  });

  test('a source that ignores the range is noticed', async () => {
    const source = { size: bytes.length, read: async () => bytes };
    await expect(openSafetensors(source)).rejects.toThrow(
      /asked for 8 bytes at offset 0, got \d+; does the source ignore/,
    );
  });

  test('an absent file and a bad one are named', async () => {
    await expect(openSafetensors(join(folder, 'absent.safetensors'))).rejects.toThrow('absent.safetensors');
    const path = fresh();
    writeFileSync(path, 'no tensors here, only text that goes on');
    await expect(openSafetensors(path)).rejects.toThrow(path);
  });

  test('64-bit integers become numbers only where that is exact', () => {
    expect(toSafeNumbers(BigInt64Array.of(3n, -(2n ** 53n) + 1n))).toEqual(Float64Array.of(3, -(2 ** 53) + 1));
    expect(() => toSafeNumbers(BigInt64Array.of(3n, 2n ** 53n))).toThrow('9007199254740992 at index 1');
  });
});

describe('writing refuses', () => {
  const data = Float32Array.of(1, 2);
  const bad: [string, TensorEntry<() => TensorData>[], RegExp][] = [
    [
      'a name twice',
      [
        { name: 'a', shape: [2], data },
        { name: 'a', shape: [2], data },
      ],
      /"a" is given twice/,
    ],
    ['the reserved name', [{ name: '__metadata__', shape: [2], data }], /reserved/],
    [
      'data that does not fill its shape',
      [{ name: 'a', shape: [3], data }],
      /has 2 values, but its shape \[3\] needs 3/,
    ],
    ['lazy data that does not', [{ name: 'a', shape: [3], dtype: 'F32', data: () => data }], /has 2 values/],
    ['lazy data without a dtype', [{ name: 'a', shape: [2], data: () => data }], /give its dtype/],
    ['a plain array', [{ name: 'a', shape: [2], data: [1, 2] as never }], /not a typed array/],
    ['floats as integers', [{ name: 'a', shape: [2], dtype: 'I32', data }], /cannot store F32 values as I32/],
    [
      'other bytes as booleans',
      [{ name: 'a', shape: [1], dtype: 'BOOL', data: Uint8Array.of(2) }],
      /other than 0 and 1/,
    ],
    ['an unknown dtype', [{ name: 'a', shape: [2], dtype: 'F8' as never, data }], /unknown dtype "F8"/],
    ['a bad shape', [{ name: 'a', shape: [-2], data }], /shape \[-2\]; a shape is a list/],
  ];
  test.each(bad)('%s, in memory and on disk, and leaves nothing behind', async (_, entries, message) => {
    expect(() => serializeSafetensors(entries)).toThrow(message);
    const before = readdirSync(folder);
    await expect(writeSafetensors(fresh(), entries)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('metadata that is not a string', () => {
    expect(() => serializeSafetensors([], { metadata: { step: 3 as never } })).toThrow('"step" is 3');
  });

  test('and keeps what was there before, when data fails half way', async () => {
    const path = fresh();
    await writeSafetensors(path, [{ name: 'a', shape: [2], data }]);
    const before = [readFileSync(path), readdirSync(folder)];
    const failing = [
      { name: 'a', shape: [2], data },
      { name: 'b', shape: [2], dtype: 'F32' as const, data: () => Promise.reject(new Error('the disk of b is gone')) },
    ];
    await expect(writeSafetensors(path, failing)).rejects.toThrow('the disk of b is gone');
    expect([readFileSync(path), readdirSync(folder)]).toEqual(before);
  });
});
