import { widenBfloat16 } from './bfloat16';
import type { DataOf, Dtype, TensorData } from './dtype';
import { widenFloat16 } from './float16';

const ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** The values that a tensor's bytes stand for. Shares memory with `buffer` unless they are widened. */
export function decode<D extends Dtype>(buffer: ArrayBuffer, dtype: D): DataOf[D] {
  const stored = new ARRAYS[dtype](buffer);
  let values: TensorData = stored;
  if (dtype === 'F16') values = widenFloat16(stored as Uint16Array);
  if (dtype === 'BF16') values = widenBfloat16(stored as Uint16Array);
  return values as DataOf[D];
}
