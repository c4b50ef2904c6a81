import type { FileHandle } from 'node:fs/promises';
import { requireLittleEndian } from './dtype';
import { encode } from './encode';
import { checkData, layOut, type TensorEntry, type WriteOptions } from './layout';

/** Values converted and written at once: bounds the memory of a conversion to a few MiB. */
const CHUNK = 2 ** 20;

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}

/**
 * Writes a safetensors file (Node), tensor by tensor: an entry whose `data` is a function is asked for its values when
 * their turn comes. Tensors are laid out by falling item size, otherwise in the given order, so that each is aligned and
 * the same entries give the same bytes. The file appears under its name only when it is complete; after an error nothing
 * is left of it, and what was there before stays.
 *
 * Float data is rounded to nearest, ties to even, when `dtype` asks for F16, BF16 or (from float64) F32; Int32Array can
 * be stored as I64 and Uint8Array of 0 and 1 as BOOL. No other conversion is made.
 * @throws when a name comes twice or is `__metadata__`, when data does not fill its shape or cannot be stored as its
 * dtype, when a lazy entry has no dtype, when metadata holds anything but strings, or when writing fails.
 */
export async function writeSafetensors(
  path: string,
  entries: Iterable<TensorEntry> | AsyncIterable<TensorEntry>,
  options: WriteOptions = {},
): Promise<void> {
  requireLittleEndian();
  const collected: TensorEntry[] = [];
  for await (const entry of entries) collected.push(entry);
  const { head, planned } = layOut(collected, options);
  const { open, rename, rm } = await import('node:fs/promises');
  const temporary = `${path}.${globalThis.crypto.randomUUID()}.tmp`;
  const file = await open(temporary, 'wx');
  try {
    try {
      await writeAll(file, head);
      for (const tensor of planned) {
        const { data } = tensor.entry;
        const values = checkData(tensor, typeof data === 'function' ? await data() : data);
        for (let at = 0; at < values.length; at += CHUNK) {
          await writeAll(file, encode(values.subarray(at, at + CHUNK), tensor.dtype));
        }
      }
      // Without it a crash soon after the renaming could leave an empty file under the name.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
