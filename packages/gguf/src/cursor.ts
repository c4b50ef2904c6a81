import { type ByteSource, readExactly } from '@interlayer/safetensors';

/** Bytes fetched at a time, so that a header of many small fields takes few reads. */
const WINDOW = 2 ** 18;

/** The longest string: a chat template or a licence has a few hundred kilobytes. */
const MAX_STRING = 2 ** 26;

/** Reads the fields of a header one after the other, all little-endian. */
export class Cursor {
  #source: ByteSource;
  #window = new DataView(new ArrayBuffer(0));
  /** Where the window begins in the file, and the next field in the window. */
  #start = 0;
  #at = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** From the start of the file. */
  get offset(): number {
    return this.#start + this.#at;
  }

  get bytesLeft(): number {
    return this.#source.size - this.offset;
  }

  /** @throws when the file ends before `length` more bytes. */
  async #take(length: number, what: string): Promise<number> {
    if (length > this.bytesLeft) {
      throw new Error(
        `${what} needs ${length} bytes at offset ${this.offset}, but the file ends after ${this.bytesLeft} more; it is truncated or not a GGUF file.`,
      );
    }
    if (this.#at + length > this.#window.byteLength) {
      this.#start = this.offset;
      this.#at = 0;
      const { buffer } = await readExactly(
        this.#source,
        this.#start,
        Math.min(Math.max(length, WINDOW), this.#source.size - this.#start),
        what,
      );
      this.#window = new DataView(buffer);
    }
    const at = this.#at;
    this.#at += length;
    return at;
  }

  async bytes(length: number, what: string): Promise<Uint8Array> {
    const at = await this.#take(length, what);
    return new Uint8Array(this.#window.buffer, at, length);
  }

  async uint32(what: string): Promise<number> {
    const at = await this.#take(4, what);
    return this.#window.getUint32(at, true);
  }

  /** @throws when the number is not exact as a double, as no count, length or offset of a real file is. */
  async uint64(what: string, field: string): Promise<number> {
    const at = await this.#take(8, what);
    const value = this.#window.getBigUint64(at, true);
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new Error(`${what} gives ${value} as its ${field}, more than any file can hold.`);
    }
    return Number(value);
  }

  /**
   * A count of items that take at least `itemSize` bytes each.
   * @throws when the rest of the file cannot hold as many.
   */
  async count(items: string, itemSize: number, what: string): Promise<number> {
    const count = await this.uint64(what, `number of ${items}`);
    if (count * itemSize > this.bytesLeft) {
      throw new Error(
        `${what} claims ${count} ${items}, but the rest of the file (${this.bytesLeft} bytes) has room for ${Math.floor(this.bytesLeft / itemSize)} at most; it is truncated or damaged.`,
      );
    }
    return count;
  }

  /** @throws when the string is longer than the file or 64 MiB, or not UTF-8. */
  async string(what: string): Promise<string> {
    const length = await this.count('bytes', 1, what);
    if (length > MAX_STRING) throw new Error(`${what} has ${length} bytes; ${MAX_STRING} is the limit.`);
    const bytes = await this.bytes(length, what);
    try {
      // Tokens may begin with a byte order mark, which belongs to them.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Error(`${what} is not valid UTF-8.`);
    }
  }
}
