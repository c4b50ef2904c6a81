import { type ByteSource, type Openable, readExactly, toByteSource } from './byte-source';
import { decode } from './decode';
import { type DataOf, type Dtype, requireLittleEndian } from './dtype';
import { type Header, parseHeader, parseHeaderLength, type TensorInfo } from './header';
import { toInt32 } from './integers';
import { shown } from './shown';

/** A tensor in memory: row-major values, their shape, and the format they are stored in (`data` may be wider). */
export type StoredTensor<D extends Dtype = Dtype> = D extends Dtype
  ? { dtype: D; shape: number[]; data: DataOf[D] }
  : never;

/** What `read` can convert to: see {@link SafetensorsFile.read}. */
export interface DataAs {
  float32: Float32Array;
  int32: Int32Array;
  bytes: Uint8Array;
}

export interface SafetensorsFile {
  /** The description of each tensor, by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The notes in the file's header; empty if there are none. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Reads one tensor and nothing else. F16 and BF16 are widened to float32 (`dtype` is still the stored format), I64 and U64
   * become bigints, BOOL bytes of 0 and 1. The values share no memory with the source.
   *
   * `as` converts: `'float32'` any numeric format, rounded to nearest; `'int32'` any integer or boolean format, with an
   * error when a value does not fit; `'bytes'` gives the stored bytes.
   * @throws when there is no such tensor, the file is closed, fewer bytes than expected are left, or a BOOL is neither 0 nor 1.
   */
  read(name: string): Promise<StoredTensor>;
  read<A extends keyof DataAs>(
    name: string,
    options: { as: A },
  ): Promise<{ dtype: Dtype; shape: number[]; data: DataAs[A] }>;
  /** Closes the source. Further calls do nothing. */
  close(): Promise<void>;
}

function convert(tensor: StoredTensor, as: 'float32' | 'int32', name: string): Float32Array | Int32Array {
  const { data, dtype } = tensor;
  if (as === 'float32')
    return data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
  if (dtype.includes('F')) {
    throw new Error(`Tensor ${shown(name)} is stored as ${dtype}; only integer formats are read as int32.`);
  }
  return data instanceof Int32Array ? data : toInt32(data);
}

function handle(source: ByteSource, { tensors, metadata }: Header): SafetensorsFile {
  let closed = false;
  async function read(name: string, { as }: { as?: keyof DataAs } = {}) {
    if (closed) throw new Error(`Tensor ${shown(name)} cannot be read after the file was closed.`);
    const info = tensors.get(name);
    if (!info) {
      const [first] = tensors.keys();
      throw new Error(
        `There is no tensor ${shown(name)} among the file's ${tensors.size}${first === undefined ? '' : ` (the first is ${shown(first)})`}; its names are the keys of \`tensors\`.`,
      );
    }
    const bytes = await readExactly(source, info.offset, info.byteLength, `Tensor ${shown(name)}`);
    const description = { dtype: info.dtype, shape: [...info.shape] };
    if (as === 'bytes') return { ...description, data: bytes };
    if (info.dtype === 'BOOL' && bytes.some((byte) => byte > 1))
      throw new Error(
        `Tensor ${shown(name)} is stored as BOOL and holds bytes other than 0 and 1; the file is damaged.`,
      );
    const tensor = { ...description, data: decode(bytes.buffer, info.dtype) } as StoredTensor;
    return as ? { ...tensor, data: convert(tensor, as, name) } : tensor;
  }
  return {
    tensors,
    metadata,
    read: read as SafetensorsFile['read'],
    async close() {
      if (closed) return;
      closed = true;
      await source.close?.();
    },
  };
}

/**
 * Opens a safetensors file, reads its header and checks all of it; tensors are read one at a time, on request.
 *
 * @param input A path or file URL (Node), bytes, a Blob, or any {@link ByteSource}, which `close` closes too.
 * @throws when the header is too long, truncated, not a JSON object or names something twice, or when a tensor has an
 * unknown dtype, a bad shape, a byte length other than shape × item size, or does not lie end to end with its neighbours.
 */
export async function openSafetensors(input: Openable): Promise<SafetensorsFile> {
  requireLittleEndian();
  const source = await toByteSource(input);
  try {
    if (source.size < 8) {
      throw new Error(`The file has ${source.size} bytes; a safetensors file begins with an 8-byte header length.`);
    }
    const length = parseHeaderLength(await readExactly(source, 0, 8, 'Header length'), source.size);
    const header = await readExactly(source, 8, length, 'Header');
    return handle(source, parseHeader(header, source.size - 8 - length));
  } catch (error) {
    await source.close?.();
    const where = typeof input === 'string' || input instanceof URL ? ` in ${input}` : '';
    throw new Error(`${(error as Error).message.replace(/\.$/, '')}${where}.`, { cause: error });
  }
}
