import { fromFloat16 } from '@interlayer/safetensors';

let table: Float32Array | undefined;

/** The half-precision number in the two bytes at `from`. */
export function half(bytes: Uint8Array, from: number): number {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => fromFloat16(bits));
  return table[bytes[from] | (bytes[from + 1] << 8)];
}
