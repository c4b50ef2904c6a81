import { platform } from '#platform';
import { requireLittleEndian } from './dtype';
import { encode } from './encode';
import { checkData, type Layout, layOut, type TensorEntry, type WriteOptions } from './layout';

/** Values converted and written at a time, so that a conversion takes at most 8 MiB. */
const CHUNK = 2 ** 20;

/**
 * Writes a safetensors file (Node), one tensor at a time: where an entry's `data` is a function, it is called when that
 * tensor is about to be written. Tensors are sorted by decreasing item size, otherwise kept in the given order, so that each
 * is aligned and the same entries give the same bytes. The file appears under its name only when it is complete; after an
 * error nothing is left of it, and a file that was there before stays.
 *
 * Float data is rounded to nearest, ties to even, when `dtype` asks for F16, BF16 or (from float64) F32; Int32Array can
 * be stored as I64, Uint8Array of 0 and 1 as BOOL, and a Uint16Array of their bits as F16 or BF16. There are no other conversions.
 *
 * @param path A path or file URL.
 * @throws when a name is given twice or is `__metadata__`, when data does not fill its shape or cannot be stored as its
 * dtype, when a lazy entry has no dtype, when metadata holds anything but strings, or when writing fails.
 */
export async function writeSafetensors(
  path: string | URL,
  entries: Iterable<TensorEntry> | AsyncIterable<TensorEntry>,
  options: WriteOptions = {},
): Promise<void> {
  requireLittleEndian();
  const collected: TensorEntry[] = [];
  for await (const entry of entries) collected.push(entry);
  await platform.writeFile(path, chunksOf(layOut(collected, options)));
}

async function* chunksOf({ head, planned }: Layout<TensorEntry>): AsyncGenerator<Uint8Array> {
  yield head;
  for (const tensor of planned) {
    const { data } = tensor.entry;
    const values = checkData(tensor, typeof data === 'function' ? await data() : data);
    for (let at = 0; at < values.length; at += CHUNK) yield encode(values.subarray(at, at + CHUNK), tensor.dtype);
  }
}
