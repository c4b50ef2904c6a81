import { narrowToBfloat16, toBfloat16 } from './bfloat16';
import type { Dtype, TensorData } from './dtype';
import { narrowToFloat16, toFloat16 } from './float16';

const NATIVE: readonly [new (length: number) => TensorData, Dtype][] = [
  [Float64Array, 'F64'],
  [Float32Array, 'F32'],
  [BigInt64Array, 'I64'],
  [BigUint64Array, 'U64'],
  [Int32Array, 'I32'],
  [Uint32Array, 'U32'],
  [Int16Array, 'I16'],
  [Uint16Array, 'U16'],
  [Int8Array, 'I8'],
  [Uint8Array, 'U8'],
];

/** The format that stores a typed array as it is, or undefined for anything else. */
export function nativeDtype(data: unknown): Dtype | undefined {
  return NATIVE.find(([array]) => data instanceof array)?.[1];
}

/**
 * Whether values of one native format may be written as another: floats as any float format (rounded), int32 as int64,
 * bytes as booleans, 16-bit words as the half-precision numbers that they are the bits of. Anything else could silently lose
 * values.
 */
export function canEncode(from: Dtype, to: Dtype): boolean {
  if (from === to) return true;
  if (from === 'F32' || from === 'F64') return to === 'F32' || to === 'F64' || to === 'F16' || to === 'BF16';
  if (from === 'U16') return to === 'F16' || to === 'BF16';
  return (from === 'I32' && to === 'I64') || (from === 'U8' && to === 'BOOL');
}

function round(values: Float64Array, toBits: (value: number) => number): Uint16Array {
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = toBits(values[i]);
  return bits;
}

function convert(data: TensorData, from: Dtype, to: Dtype): TensorData {
  if (from === to || from === 'U16') return data;
  if (to === 'F16')
    return data instanceof Float32Array ? narrowToFloat16(data) : round(data as Float64Array, toFloat16);
  if (to === 'BF16')
    return data instanceof Float32Array ? narrowToBfloat16(data) : round(data as Float64Array, toBfloat16);
  if (to === 'F32') return Float32Array.from(data as Float64Array);
  if (to === 'F64') return Float64Array.from(data as Float32Array);
  if (to === 'I64') return BigInt64Array.from(data as Int32Array as ArrayLike<number>, BigInt);
  return data;
}

/** The bytes that the file holds for `data` in the format `to`; shares its memory where nothing is converted. */
export function encode(data: TensorData, to: Dtype): Uint8Array {
  const { buffer, byteOffset, byteLength } = convert(data, nativeDtype(data)!, to);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
