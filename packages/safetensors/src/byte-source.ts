/** Random access to bytes: a file, a buffer, a ranged download. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` on, in memory that the caller may keep. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close?(): Promise<void> | void;
}

/** What can be opened: a path or file URL (Node), bytes in memory, a Blob or File, or a source of one's own. */
export type Openable = string | URL | Uint8Array | Blob | ByteSource;

/** The largest read that Node's file system takes at once is 2 GiB − 1. */
const MAX_READ = 2 ** 30;

async function fileSource(path: string | URL): Promise<ByteSource> {
  // Imported on use, so that the package loads in browsers.
  const { open } = await import('node:fs/promises');
  const handle = await open(path, 'r');
  return {
    size: (await handle.stat()).size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, MAX_READ), offset + done);
        if (bytesRead === 0) return bytes.subarray(0, done);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

export async function toByteSource(source: Openable): Promise<ByteSource> {
  if (typeof source === 'string' || source instanceof URL) return fileSource(source);
  if (source instanceof Uint8Array) {
    return { size: source.length, read: async (offset, length) => source.slice(offset, offset + length) };
  }
  if (source instanceof Blob) {
    return {
      size: source.size,
      read: async (offset, length) => new Uint8Array(await source.slice(offset, offset + length).arrayBuffer()),
    };
  }
  return source;
}

/** Reads, and refuses fewer bytes than were asked for. */
export async function readExactly(source: ByteSource, offset: number, length: number, what: string) {
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) {
    throw new Error(
      `${what}: ${length} bytes at offset ${offset} were asked for and ${bytes.length} came back; the file is truncated or changed while it was open.`,
    );
  }
  return bytes;
}
