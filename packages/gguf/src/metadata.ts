import type { Cursor } from './cursor';

/** An array of metadata: numbers in the typed array of their stored format, or strings, booleans or arrays. */
export type MetadataArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | BigUint64Array
  | BigInt64Array
  | Float64Array
  | readonly string[]
  | readonly boolean[]
  | readonly MetadataArray[];

/** A value of metadata; 64-bit integers are bigints. */
export type MetadataValue = number | bigint | boolean | string | MetadataArray;

const NUMBERS = {
  0: Uint8Array,
  1: Int8Array,
  2: Uint16Array,
  3: Int16Array,
  4: Uint32Array,
  5: Int32Array,
  6: Float32Array,
  10: BigUint64Array,
  11: BigInt64Array,
  12: Float64Array,
} as const;
const BOOLEAN = 7;
const STRING = 8;
const ARRAY = 9;

/** Arrays of arrays are legal and rare; without a limit a small file could nest a million. */
const MAX_DEPTH = 4;

async function readNumbers(cursor: Cursor, type: keyof typeof NUMBERS, count: number, what: string) {
  const bytes = await cursor.bytes(count * NUMBERS[type].BYTES_PER_ELEMENT, what);
  // A copy, because the array must begin at a multiple of its item size.
  return new NUMBERS[type](bytes.slice().buffer as ArrayBuffer);
}

async function readBoolean(cursor: Cursor, what: string): Promise<boolean> {
  const [byte] = await cursor.bytes(1, what);
  if (byte > 1) throw new Error(`${what} is a boolean with the value ${byte}; it must be 0 or 1.`);
  return byte === 1;
}

async function readArray(cursor: Cursor, what: string, depth: number): Promise<MetadataArray> {
  if (depth > MAX_DEPTH) throw new Error(`${what} nests arrays more than ${MAX_DEPTH} deep.`);
  const type = await cursor.uint32(what);
  const isNumeric = isNumber(type);
  const itemSize = isNumeric ? NUMBERS[type].BYTES_PER_ELEMENT : { [BOOLEAN]: 1, [STRING]: 8, [ARRAY]: 12 }[type];
  if (itemSize === undefined) throw new Error(`${what} is an array of the unknown type ${type}.`);
  const count = await cursor.count('items', itemSize, what);
  if (isNumeric) return readNumbers(cursor, type, count, what);
  const items: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const item = `${what}, item ${i},`;
    if (type === STRING) items.push(await cursor.string(item));
    else if (type === BOOLEAN) items.push(await readBoolean(cursor, item));
    else items.push(await readArray(cursor, item, depth + 1));
  }
  return items as string[] | boolean[] | MetadataArray[];
}

function isNumber(type: number): type is keyof typeof NUMBERS {
  return Object.hasOwn(NUMBERS, type);
}

/**
 * Reads one value, its type first.
 * @throws when the type is unknown, an array is longer than the file or nested too deep, a boolean is neither 0 nor 1, or a
 * string is not UTF-8.
 */
export async function readMetadataValue(cursor: Cursor, what: string): Promise<MetadataValue> {
  const type = await cursor.uint32(what);
  if (isNumber(type)) return (await readNumbers(cursor, type, 1, what))[0];
  if (type === BOOLEAN) return readBoolean(cursor, what);
  if (type === STRING) return cursor.string(what);
  if (type === ARRAY) return readArray(cursor, what, 1);
  throw new Error(`${what} has the unknown type ${type}.`);
}
