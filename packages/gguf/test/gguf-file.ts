/** Builds GGUF files byte by byte, good and bad ones. */

export const TYPE = {
  U8: 0,
  I8: 1,
  U16: 2,
  I16: 3,
  U32: 4,
  I32: 5,
  F32: 6,
  BOOL: 7,
  STRING: 8,
  ARRAY: 9,
  U64: 10,
  I64: 11,
  F64: 12,
};

export const u8 = (value: number) => [value & 255];
export const u32 = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
export const u64 = (value: number | bigint) => [...new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)];
export const f32 = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];
export const f64 = (value: number) => [...new Uint8Array(Float64Array.of(value).buffer)];
export const bytesOf = (text: string) => [...new TextEncoder().encode(text)];
export const string = (text: string) => [...u64(bytesOf(text).length), ...bytesOf(text)];

/** A metadata value of a type, without its key. */
export const pair = (key: string, type: number, value: number[]) => [...string(key), ...u32(type), ...value];
export const array = (type: number, count: number | bigint, items: number[]) => [...u32(type), ...u64(count), ...items];

export interface Tensor {
  name: string;
  /** Innermost first, as in the file. */
  dimensions: (number | bigint)[];
  type: number;
  bytes?: ArrayLike<number>;
  /** By default after the tensor before it, aligned. */
  offset?: number | bigint;
}

export interface Parts {
  magic?: number[];
  version?: number;
  tensorCount?: number | bigint;
  pairCount?: number | bigint;
  pairs?: number[][];
  tensors?: Tensor[];
  alignment?: number;
  /** Bytes at the end, or a negative number of those to leave out. */
  extra?: number;
}

export function ggufFile({
  magic = bytesOf('GGUF'),
  version = 3,
  pairs = [],
  tensors = [],
  alignment = 32,
  extra = 0,
  ...counts
}: Parts = {}): Uint8Array<ArrayBuffer> {
  const pad = (bytes: number[]) => {
    while (bytes.length % alignment) bytes.push(0);
  };
  const data: number[] = [];
  const directory = tensors.flatMap(({ name, dimensions, type, bytes = [], offset }) => {
    pad(data);
    const entry = [
      ...string(name),
      ...u32(dimensions.length),
      ...dimensions.flatMap(u64),
      ...u32(type),
      ...u64(offset ?? data.length),
    ];
    for (let i = 0; i < bytes.length; i++) data.push(bytes[i]!);
    return entry;
  });
  const file = [
    ...magic,
    ...u32(version),
    ...u64(counts.tensorCount ?? tensors.length),
    ...u64(counts.pairCount ?? pairs.length),
    ...pairs.flat(),
    ...directory,
  ];
  if (tensors.length) pad(file);
  const whole = [...file, ...data];
  return Uint8Array.from({ length: whole.length + extra }, (_, i) => whole[i] ?? 0);
}

export const floats = (name: string, values: number[], more: Partial<Tensor> = {}): Tensor => ({
  name,
  dimensions: [values.length],
  type: 0,
  bytes: values.flatMap(f32),
  ...more,
});

/** Every type of metadata, and two tensors, the second of 2 rows of 3. */
export const everyKind = ggufFile({
  pairs: [
    pair('general.architecture', TYPE.STRING, string('llama')),
    pair('u8', TYPE.U8, u8(200)),
    pair('i8', TYPE.I8, u8(-100)),
    pair('u16', TYPE.U16, [0x34, 0xf2]),
    pair('i16', TYPE.I16, [0xfe, 0xff]),
    pair('u32', TYPE.U32, u32(4_000_000_000)),
    pair('i32', TYPE.I32, u32(-7)),
    pair('f32', TYPE.F32, f32(0.1)),
    pair('bool', TYPE.BOOL, u8(1)),
    pair('u64', TYPE.U64, u64(2n ** 63n)),
    pair('i64', TYPE.I64, u64(2n ** 64n - 5n)),
    pair('f64', TYPE.F64, f64(0.1)),
    pair('tokens', TYPE.ARRAY, array(TYPE.STRING, 3, [...string('\ufeffa'), ...string(''), ...string('Ġété')])),
    pair('scores', TYPE.ARRAY, array(TYPE.F32, 2, [...f32(-1.5), ...f32(3)])),
    pair('flags', TYPE.ARRAY, array(TYPE.BOOL, 2, [1, 0])),
    pair('none', TYPE.ARRAY, array(TYPE.U64, 0, [])),
    pair(
      'nested',
      TYPE.ARRAY,
      array(TYPE.ARRAY, 2, [...array(TYPE.I8, 1, u8(-1)), ...array(TYPE.STRING, 1, string('x'))]),
    ),
    pair('__proto__', TYPE.U8, u8(1)),
  ],
  tensors: [floats('a', [1, 2]), floats('b', [1, 2, 3, 4, 5, 6], { dimensions: [3, 2] })],
});
