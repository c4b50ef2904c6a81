import { shown } from './shown';

/** The number formats of the safetensors specification that JavaScript has a typed array for. */
export type Dtype =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL';

/** The typed array that each stored format is read into. */
export interface DataOf {
  F64: Float64Array;
  F32: Float32Array;
  F16: Float32Array;
  BF16: Float32Array;
  I64: BigInt64Array;
  I32: Int32Array;
  I16: Int16Array;
  I8: Int8Array;
  U64: BigUint64Array;
  U32: Uint32Array;
  U16: Uint16Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

/** Any typed array that a tensor can be read into or written from. */
export type TensorData = DataOf[Dtype];

/** Size of one stored value, in bytes. */
export const ITEM_SIZE: Readonly<Record<Dtype, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(ITEM_SIZE, name);
}

/**
 * The number of values in a shape (1 for the scalar shape `[]`).
 * @throws when the shape is not a list of non-negative integers, or has more values than a double counts exactly.
 */
export function countValues(shape: unknown, what: string): number {
  if (!Array.isArray(shape) || !shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new Error(`${what} has the shape ${shown(shape)}; a shape is a list of non-negative integers.`);
  }
  const count = shape.reduce((product: number, length: number) => product * length, 1);
  if (!Number.isSafeInteger(count * 8)) {
    throw new Error(`${what} has the shape ${shown(shape)}, more values than can be addressed.`);
  }
  return count;
}

/** The format is little-endian, and so are the typed arrays of nearly every host; the others would read garbage. */
export function requireLittleEndian(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
    throw new Error('safetensors files are little-endian and this host is big-endian, which is not supported.');
  }
}
