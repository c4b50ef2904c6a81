import { requireLittleEndian, type TensorData } from './dtype';
import { encode } from './encode';
import { checkData, layOut, type TensorEntry, type WriteOptions } from './layout';

/**
 * A whole safetensors file in memory.
 * @throws for the same reasons as `writeSafetensors`.
 */
export function serializeSafetensors(
  entries: Iterable<TensorEntry<() => TensorData>>,
  options: WriteOptions = {},
): Uint8Array {
  requireLittleEndian();
  const { head, planned } = layOut([...entries], options);
  const file = new Uint8Array(planned.reduce((size, { byteLength }) => size + byteLength, head.length));
  file.set(head);
  let at = head.length;
  for (const tensor of planned) {
    const { data } = tensor.entry;
    file.set(encode(checkData(tensor, typeof data === 'function' ? data() : data), tensor.dtype), at);
    at += tensor.byteLength;
  }
  return file;
}
