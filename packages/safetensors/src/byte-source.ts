import { platform } from '#platform';

/** Random access to bytes: a file, a buffer, a ranged download. */
export interface ByteSource {
  /** Total size in bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` (never 0 bytes). A view of a larger buffer is copied; a buffer of its own is kept. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close?(): Promise<void> | void;
}

/** What can be opened: a path or file URL (Node), bytes in memory, a Blob or File, or a custom source. */
export type Openable = string | URL | Uint8Array | ArrayBuffer | Blob | ByteSource;

/** @throws when `source` is none of these, or when its file cannot be opened. */
export async function toByteSource(source: Openable): Promise<ByteSource> {
  if (typeof source === 'string' || source instanceof URL) return platform.openFile(source);
  if (source instanceof ArrayBuffer) return memorySource(new Uint8Array(source));
  if (source instanceof Uint8Array) return memorySource(source);
  if (source instanceof Blob) {
    return {
      size: source.size,
      read: async (offset, length) => new Uint8Array(await source.slice(offset, offset + length).arrayBuffer()),
    };
  }
  const { size, read } = (source ?? {}) as Partial<ByteSource>;
  if (!Number.isSafeInteger(size) || typeof read !== 'function') {
    throw new Error(
      'The source cannot be opened. Pass a path, a file URL, a Uint8Array, an ArrayBuffer, a Blob, or an object { size, read(offset, length) }.',
    );
  }
  return source;
}

// subarray, because slice copies a Uint8Array but not a Node Buffer; `readExactly` copies either.
const memorySource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/**
 * The bytes in an ArrayBuffer of their own, so that a tensor over them is aligned and shares no memory with the source.
 * @throws when the source gives fewer or more bytes than asked for.
 */
export async function readExactly(source: ByteSource, offset: number, length: number, what: string) {
  // An empty range has no form in HTTP.
  if (length === 0) return new Uint8Array();
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) {
    const cause =
      bytes.length < length
        ? 'the file is truncated or changed while it was open'
        : 'does the source ignore the range that it is given?';
    throw new Error(`${what}: asked for ${length} bytes at offset ${offset}, got ${bytes.length}; ${cause}.`);
  }
  const { buffer } = bytes;
  const ownsBuffer = buffer instanceof ArrayBuffer && buffer.byteLength === length;
  return ownsBuffer ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
