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
