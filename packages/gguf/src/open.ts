import { type ByteSource, type Openable, readExactly, toByteSource, toFloat16 } from '@interlayer/safetensors';
import { BLOCK_TYPES, type BlockType } from './block-types';
import { type Header, readHeader, type TensorInfo } from './header';
import type { MetadataValue } from './metadata';

/** What `read` can give: see {@link GgufFile.read}. */
export interface DataAs {
  float32: Float32Array;
  float16: Uint16Array;
  bytes: Uint8Array;
}

/** A tensor in memory: row-major values, their shape, and how the file stores them. */
export interface StoredTensor<A extends keyof DataAs = 'float32'> {
  type: BlockType;
  shape: number[];
  data: DataAs[A];
}

export interface GgufFile {
  /** The description of each tensor, by name, in the order of the file's directory. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The file's key-value pairs; 64-bit integers are bigints, arrays of numbers typed arrays. */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /**
   * Reads one tensor and nothing else. `as` says what its values become: `'float32'` (the default), exactly what the blocks
   * stand for, rounded once; `'float16'`, the bits of those float32 values in half precision, rounded to nearest, ties to
   * even; `'bytes'`, the blocks as they are stored.
   *
   * While it reads, the tensor and a chunk of stored rows (256 KiB, or one row where that is more) are in memory.
   * @throws when there is no such tensor, the file is closed, fewer bytes than expected are left, or a finite value is beyond
   * half precision (65504).
   */
  read(name: string): Promise<StoredTensor>;
  read<A extends keyof DataAs>(name: string, options: { as: A }): Promise<StoredTensor<A>>;
  /** Closes the source. Further calls do nothing. */
  close(): Promise<void>;
}

/** Stored bytes read at a time, rounded up to a row. */
const CHUNK = 2 ** 18;

/** Calls `use` with the values of some rows at a time, in order; the array is used again for the next ones. */
async function forEachChunk(
  source: ByteSource,
  { type, shape, byteLength, offset }: TensorInfo,
  what: string,
  use: (values: Float32Array, from: number) => void,
): Promise<void> {
  if (byteLength === 0) return;
  const { values: blockValues, bytes: blockBytes, decode } = BLOCK_TYPES[type];
  const rowBytes = ((shape.at(-1) ?? 1) / blockValues) * blockBytes;
  const chunkBytes = Math.min(byteLength, rowBytes * Math.ceil(CHUNK / rowBytes));
  const values = new Float32Array((chunkBytes / blockBytes) * blockValues);
  for (let done = 0; done < byteLength; done += chunkBytes) {
    const bytes = await readExactly(source, offset + done, Math.min(chunkBytes, byteLength - done), what);
    let to = 0;
    for (let from = 0; from < bytes.length; from += blockBytes, to += blockValues) decode(bytes, from, values, to);
    use(values.subarray(0, to), (done / blockBytes) * blockValues);
  }
}

function roundToHalf(values: Float32Array, bits: Uint16Array, from: number, what: string): void {
  for (let i = 0; i < values.length; i++) {
    const rounded = toFloat16(values[i]);
    if ((rounded & 0x7fff) === 0x7c00 && Number.isFinite(values[i])) {
      throw new Error(
        `${what} holds ${values[i]} at index ${from + i}, beyond half precision (65504); read it as float32.`,
      );
    }
    bits[from + i] = rounded;
  }
}

function handle(source: ByteSource, { tensors, metadata }: Header): GgufFile {
  let closed = false;
  async function read(
    name: string,
    { as = 'float32' }: { as?: keyof DataAs } = {},
  ): Promise<StoredTensor<keyof DataAs>> {
    const what = `Tensor ${JSON.stringify(name)}`;
    if (closed) throw new Error(`${what} cannot be read after the file was closed.`);
    const info = tensors.get(name);
    if (!info) {
      const [first] = tensors.keys();
      throw new Error(
        `There is no tensor ${JSON.stringify(name)} among the file's ${tensors.size}${first === undefined ? '' : ` (the first is ${JSON.stringify(first)})`}; its names are the keys of \`tensors\`.`,
      );
    }
    const description = { type: info.type, shape: [...info.shape] };
    const count = info.shape.reduce((product, length) => product * length, 1);
    if (as === 'bytes') return { ...description, data: await readExactly(source, info.offset, info.byteLength, what) };
    if (as === 'float32') {
      const data = new Float32Array(count);
      await forEachChunk(source, info, what, (values, from) => data.set(values, from));
      return { ...description, data };
    }
    if (as === 'float16') {
      const bits = new Uint16Array(count);
      await forEachChunk(source, info, what, (values, from) => roundToHalf(values, bits, from, what));
      return { ...description, data: bits };
    }
    throw new Error(`${what} cannot be read as ${JSON.stringify(as)}; known are float32, float16 and bytes.`);
  }
  return {
    tensors,
    metadata,
    read: read as GgufFile['read'],
    async close() {
      if (closed) return;
      closed = true;
      await source.close?.();
    },
  };
}

/**
 * Opens a GGUF file, reads its metadata and its tensor directory and checks all of it; tensors are read one at a time, on
 * request. A file of several parts (`-00001-of-00003.gguf`) is opened part by part.
 *
 * The header is read here and not by `@huggingface/gguf`: that one fetches URLs and reads local files only by path and in
 * Node, which would bring its network client into every bundle and leave out bytes in memory and Blobs; and it keeps the last
 * of two equal keys without a word.
 *
 * @param input A path or file URL (Node), bytes, a Blob, or any `ByteSource` of `@interlayer/safetensors`, which `close`
 * closes too.
 * @throws when the file is truncated or no GGUF file of version 2 or 3 (little-endian), when a count, an array or a string is
 * longer than the rest of the file, when a key or a tensor is named twice, or when a tensor has an unsupported type, rows that
 * do not fill their blocks, or bytes that are not aligned, overlap another's or lie outside the file.
 */
export async function openGguf(input: Openable): Promise<GgufFile> {
  const source = await toByteSource(input);
  try {
    return handle(source, await readHeader(source));
  } catch (error) {
    await source.close?.();
    const where = typeof input === 'string' || input instanceof URL ? ` in ${input}` : '';
    throw new Error(`${(error as Error).message.replace(/\.$/, '')}${where}.`, { cause: error });
  }
}
