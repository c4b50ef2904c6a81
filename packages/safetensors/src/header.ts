import { countValues, type Dtype, ITEM_SIZE, isDtype } from './dtype';
import { findDuplicateKey } from './duplicate-keys';
import { shown } from './shown';

/** What the header of a file says about one tensor. */
export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes in the file. */
  readonly byteLength: number;
  /** Where the bytes begin, from the start of the file. */
  readonly offset: number;
}

export interface Header {
  /** In the order of the file's bytes. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The specification's cap, against headers that exhaust memory. */
export const MAX_HEADER_LENGTH = 100_000_000;

/** The length of the header: the eight bytes at the start, little-endian. */
export function parseHeaderLength(prefix: Uint8Array, fileSize: number): number {
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (length > MAX_HEADER_LENGTH) {
    throw new Error(
      `The header claims ${length} bytes, above the format's limit of ${MAX_HEADER_LENGTH}; this is not a safetensors file.`,
    );
  }
  if (8 + Number(length) > fileSize) {
    throw new Error(
      `The header claims ${length} bytes, but the file has only ${fileSize - 8} after its length field; it is truncated or not a safetensors file.`,
    );
  }
  return Number(length);
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('The header is not valid UTF-8; this is not a safetensors file.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`The header is not valid JSON (${(error as Error).message}).`);
  }
  if (!isRecord(value)) throw new Error('The header is JSON but not an object; it must map names to tensors.');
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) {
    throw new Error(`The header names ${shown(duplicate)} twice; the format does not define which one counts.`);
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseMetadata(value: unknown): Record<string, string> {
  // The reference implementation reads null as none.
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw new Error('The header\'s "__metadata__" is not an object of strings.');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw new Error(`The header's metadata ${shown(key)} is ${shown(text)}; it must be a string.`);
    }
  }
  return value as Record<string, string>;
}

interface Placed {
  name: string;
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

function parseTensor(name: string, value: unknown): Placed {
  const what = `Tensor ${shown(name)}`;
  if (!isRecord(value)) throw new Error(`${what} is described by ${shown(value)}; it must be an object.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    throw new Error(`${what} has the unknown dtype ${shown(dtype)}; known are ${Object.keys(ITEM_SIZE).join(', ')}.`);
  }
  const expected = countValues(shape, what) * ITEM_SIZE[dtype];
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new Error(`${what} has data_offsets ${shown(offsets)}; they must be two non-negative integers.`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) throw new Error(`${what} ends (at ${end}) before it begins (at ${begin}).`);
  if (end - begin !== expected) {
    throw new Error(`${what} takes ${end - begin} bytes, but its shape ${shown(shape)} of ${dtype} needs ${expected}.`);
  }
  return { name, dtype, shape: shape as number[], begin, end };
}

/**
 * Reads the header's JSON and checks that its tensors tile the `dataLength` bytes after it: no overlaps, no holes, nothing
 * missing, nothing left over.
 */
export function parseHeader(bytes: Uint8Array, dataLength: number): Header {
  const { __metadata__: metadata, ...described } = parseObject(bytes);
  const placed = Object.entries(described).map(([name, value]) => parseTensor(name, value));
  placed.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const { name, begin, end } of placed) {
    const what = `Tensor ${shown(name)}`;
    if (begin < reached) {
      throw new Error(`${what} begins at byte ${begin} of the data and overlaps another, which ends at ${reached}.`);
    }
    if (begin > reached && end > dataLength) {
      throw new Error(`${what} lies at [${begin}, ${end}), outside the ${dataLength} bytes of data.`);
    }
    if (begin > reached) {
      throw new Error(
        `${what} begins at byte ${begin} and leaves a hole from ${reached} on; the format forbids holes.`,
      );
    }
    reached = end;
  }
  if (reached > dataLength) {
    throw new Error(
      `The file is truncated: its tensors need ${reached} bytes of data and ${dataLength} follow the header.`,
    );
  }
  if (reached < dataLength) {
    throw new Error(`The file has ${dataLength - reached} bytes after its last tensor; the format forbids them.`);
  }
  const start = 8 + bytes.length;
  const tensors = new Map(
    placed.map(({ name, dtype, shape, begin, end }) => [
      name,
      { dtype, shape, byteLength: end - begin, offset: start + begin },
    ]),
  );
  return { tensors, metadata: parseMetadata(metadata) };
}
