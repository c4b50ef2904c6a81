import type { ByteSource } from '@interlayer/safetensors';
import { BLOCK_TYPES, type BlockType, blockType } from './block-types';
import { Cursor } from './cursor';
import { type MetadataValue, readMetadataValue } from './metadata';

/** What a file's directory says about one tensor. */
export interface TensorInfo {
  /** How its values are stored. */
  readonly type: BlockType;
  /** Row-major, as in safetensors files: the last dimension is the row. (The file lists them in reverse.) */
  readonly shape: readonly number[];
  /** Bytes in the file. */
  readonly byteLength: number;
  /** Where the bytes begin, from the start of the file. */
  readonly offset: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /** In the order of the directory. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** 'GGUF' */
const MAGIC = 0x46554747;
/** 'vers', of `version https://git-lfs.github.com/spec/v1` */
const LFS_POINTER = 0x73726576;
const DEFAULT_ALIGNMENT = 32;
/** `GGML_MAX_DIMS` */
const MAX_DIMENSIONS = 4;
/** A key, a type and a value of one byte. */
const MIN_PAIR_SIZE = 8 + 4 + 1;
/** A name, no dimensions, a type and an offset. */
const MIN_TENSOR_SIZE = 8 + 4 + 4 + 8;

async function checkVersion(cursor: Cursor): Promise<void> {
  const magic = await cursor.uint32('The header');
  if (magic === LFS_POINTER)
    throw new Error('The file is a Git LFS pointer and not the file itself. Run "git lfs pull" in its repository.');
  if (magic !== MAGIC) throw new Error('The file does not begin with "GGUF"; it is not a GGUF file.');
  const version = await cursor.uint32('The header');
  if (version === 2 || version === 3) return;
  const isSwapped = version !== 0 && (version & 0xffff) === 0;
  throw new Error(
    isSwapped
      ? 'The file is big-endian, which is not supported; convert it to little-endian.'
      : `The file has the version ${version} of GGUF; supported are 2 and 3.`,
  );
}

function alignmentOf(metadata: ReadonlyMap<string, MetadataValue>): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment !== 'number' || !Number.isInteger(alignment) || alignment < 8 || alignment % 8 !== 0) {
    throw new Error(`The metadata "general.alignment" is ${String(alignment)}; it must be a positive multiple of 8.`);
  }
  return alignment;
}

async function readShape(cursor: Cursor, what: string): Promise<number[]> {
  const dimensions = await cursor.uint32(what);
  if (dimensions > MAX_DIMENSIONS) {
    throw new Error(`${what} has ${dimensions} dimensions; ${MAX_DIMENSIONS} is the format's limit.`);
  }
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.unshift(await cursor.uint64(what, 'size'));
  return shape;
}

/** The bytes of a tensor: whole blocks in every row. */
function byteLengthOf(type: BlockType, shape: readonly number[], what: string): number {
  const { values, bytes } = BLOCK_TYPES[type];
  const row = shape.at(-1) ?? 1;
  if (row % values !== 0) {
    throw new Error(`${what} has rows of ${row} values, but ${type} stores them in blocks of ${values}.`);
  }
  const count = shape.reduce((product, length) => product * length, 1);
  // As float32, which takes the most.
  if (!Number.isSafeInteger(count * 4)) {
    throw new Error(`${what} has the shape ${JSON.stringify(shape)}, more values than can be addressed.`);
  }
  return (count / values) * bytes;
}

async function readTensors(cursor: Cursor, count: number) {
  const tensors = new Map<string, TensorInfo>();
  for (let i = 0; i < count; i++) {
    const name = await cursor.string(`The name of tensor ${i}`);
    const what = `Tensor ${JSON.stringify(name)}`;
    if (tensors.has(name)) throw new Error(`${what} is listed twice; the format does not define which one counts.`);
    const shape = await readShape(cursor, what);
    const type = blockType(await cursor.uint32(what), what);
    const offset = await cursor.uint64(what, 'offset');
    tensors.set(name, { type, shape, byteLength: byteLengthOf(type, shape, what), offset });
  }
  return tensors;
}

/** Moves the offsets to where the data begins, and checks that every tensor is aligned, inside the file and alone in its bytes. */
function place(tensors: ReadonlyMap<string, TensorInfo>, dataStart: number, alignment: number, fileSize: number) {
  const placed = new Map<string, TensorInfo>();
  for (const [name, info] of tensors) {
    const what = `Tensor ${JSON.stringify(name)}`;
    if (info.offset % alignment !== 0) {
      throw new Error(
        `${what} begins at byte ${info.offset} of the data, which is no multiple of the alignment ${alignment}.`,
      );
    }
    const offset = dataStart + info.offset;
    if (offset + info.byteLength > fileSize) {
      throw new Error(
        `${what} lies at [${offset}, ${offset + info.byteLength}), outside the file of ${fileSize} bytes; the file is truncated or its directory is damaged.`,
      );
    }
    placed.set(name, { ...info, offset });
  }
  let reached = dataStart;
  for (const [name, { offset, byteLength }] of [...placed].sort(([, a], [, b]) => a.offset - b.offset)) {
    if (byteLength === 0) continue;
    if (offset < reached) {
      throw new Error(
        `Tensor ${JSON.stringify(name)} begins at byte ${offset} of the file and overlaps another, which ends at ${reached}.`,
      );
    }
    reached = offset + byteLength;
  }
  return placed;
}

/** Reads a file up to its data. */
export async function readHeader(source: ByteSource): Promise<Header> {
  const cursor = new Cursor(source);
  await checkVersion(cursor);
  const tensorCount = await cursor.count('tensors', MIN_TENSOR_SIZE, 'The header');
  const pairCount = await cursor.count('metadata values', MIN_PAIR_SIZE, 'The header');
  const metadata = new Map<string, MetadataValue>();
  for (let i = 0; i < pairCount; i++) {
    const key = await cursor.string(`The key of metadata value ${i}`);
    const what = `The metadata ${JSON.stringify(key)}`;
    if (metadata.has(key)) throw new Error(`${what} is given twice; the format does not define which one counts.`);
    metadata.set(key, await readMetadataValue(cursor, what));
  }
  const alignment = alignmentOf(metadata);
  const tensors = await readTensors(cursor, tensorCount);
  const dataStart = Math.ceil(cursor.offset / alignment) * alignment;
  return { metadata, tensors: place(tensors, dataStart, alignment, source.size) };
}
