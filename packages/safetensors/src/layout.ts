import { countValues, type Dtype, ITEM_SIZE, isDtype, type TensorData } from './dtype';
import { canEncode, nativeDtype } from './encode';
import { MAX_HEADER_LENGTH } from './header';

/** A tensor to write. */
export interface TensorEntry<Lazy = () => TensorData | Promise<TensorData>> {
  name: string;
  shape: readonly number[];
  /** Row-major values, or a function that returns them and is called when they are about to be written, to save memory. */
  data: TensorData | Lazy;
  /** The stored format; by default the one of the array (a Float32Array is stored as F32). Required when `data` is a function. */
  dtype?: Dtype;
}

export interface WriteOptions {
  /** Notes for the header: strings only. */
  metadata?: Readonly<Record<string, string>>;
}

export interface PlannedTensor<E> {
  entry: E;
  dtype: Dtype;
  count: number;
  byteLength: number;
}

/** The first bytes of the file, and its tensors in the order of the file. */
export interface Layout<E> {
  /** The length field and the header, padded with spaces so that the data begins at a multiple of 8. */
  head: Uint8Array;
  planned: PlannedTensor<E>[];
}

function plan<E extends TensorEntry>(entry: E): PlannedTensor<E> {
  const what = `Tensor ${JSON.stringify(entry.name)}`;
  const lazy = typeof entry.data === 'function';
  const dtype = entry.dtype ?? (lazy ? undefined : nativeDtype(entry.data));
  if (lazy && dtype === undefined) {
    throw new Error(`${what} has a function as its data; give its dtype, because the header is written first.`);
  }
  if (entry.dtype === undefined && dtype === undefined) {
    throw new Error(`${what} has data that is not a typed array; pass a Float32Array, for example.`);
  }
  if (!isDtype(dtype)) {
    throw new Error(
      `${what} has the unknown dtype ${JSON.stringify(dtype)}; known are ${Object.keys(ITEM_SIZE).join(', ')}.`,
    );
  }
  const count = countValues(entry.shape, what);
  const planned = { entry, dtype, count, byteLength: count * ITEM_SIZE[dtype] };
  if (!lazy) checkData(planned, entry.data);
  return planned;
}

/** Refuses data that does not fill its shape or cannot be stored as its dtype. */
export function checkData({ entry, dtype, count }: PlannedTensor<TensorEntry>, data: unknown): TensorData {
  const what = `Tensor ${JSON.stringify(entry.name)}`;
  const native = nativeDtype(data);
  if (native === undefined || !canEncode(native, dtype)) {
    throw new Error(
      `${what} cannot store ${native ? `${native} values` : `data of this kind (${typeof data})`} as ${dtype}; convert the values first.`,
    );
  }
  const values = data as TensorData;
  if (values.length !== count) {
    throw new Error(
      `${what} has ${values.length} values, but its shape ${JSON.stringify(entry.shape)} needs ${count}.`,
    );
  }
  if (dtype === 'BOOL' && !(values as Uint8Array).every((value) => value <= 1)) {
    throw new Error(`${what} holds bytes other than 0 and 1; they cannot be stored as BOOL.`);
  }
  return values;
}

/** Sorts the tensors by decreasing item size, so that each begins at a multiple of its own. */
export function layOut<E extends TensorEntry>(entries: readonly E[], { metadata }: WriteOptions): Layout<E> {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (name === '__metadata__')
      throw new Error('"__metadata__" is reserved for the metadata and cannot name a tensor.');
    if (names.has(name)) throw new Error(`Tensor ${JSON.stringify(name)} is given twice; names must differ.`);
    names.add(name);
  }
  const planned = entries.map(plan).sort((a, b) => ITEM_SIZE[b.dtype] - ITEM_SIZE[a.dtype]);
  const fields: string[] = [];
  if (metadata) {
    for (const [key, text] of Object.entries(metadata)) {
      if (typeof text !== 'string') {
        throw new Error(`The metadata ${JSON.stringify(key)} is ${JSON.stringify(text)}; it must be a string.`);
      }
    }
    fields.push(`"__metadata__":${JSON.stringify(metadata)}`);
  }
  let begin = 0;
  for (const { entry, dtype, byteLength } of planned) {
    const end = begin + byteLength;
    // Written by hand, because an object would move names such as "10" to the front.
    fields.push(
      `${JSON.stringify(entry.name)}:${JSON.stringify({ dtype, shape: entry.shape, data_offsets: [begin, end] })}`,
    );
    begin = end;
  }
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_LENGTH)
    throw new Error(`The header would take ${length} bytes; ${MAX_HEADER_LENGTH} is the limit.`);
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(text, 8);
  return { head, planned };
}
