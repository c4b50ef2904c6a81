import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';

const MARKS: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  [[0xff, 0xfe, 0, 0], 'UTF-32'],
  [[0, 0, 0xfe, 0xff], 'UTF-32'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** The encoding that the byte-order mark indicates, or else UTF-8. */
const encodingOf = (bytes: Uint8Array): string =>
  MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))?.[1] ?? 'utf-8';

const notUtf8 = (path: string, encoding: string, name: string) =>
  new Error(`${path} is not UTF-8; it looks like ${encoding}. Convert it: iconv -f ${name} -t UTF-8.`);

/** In UTF-16, every other byte of Western text is 0. */
const looksLikeUtf16 = (bytes: Uint8Array): boolean => bytes.filter((byte) => byte === 0).length > bytes.length / 10;

/** Reads the bytes of a file, and unpacks them if its name ends in `.gz`. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) {
    yield* file;
    return;
  }
  const unpacked = file.pipe(createGunzip());
  // Errors of the file must reach whoever reads the unpacked stream.
  file.on('error', (error) => unpacked.destroy(error));
  try {
    yield* unpacked;
  } catch (error) {
    if (!/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new Error(`${path} is damaged or cut off, so it cannot be unpacked: ${(error as Error).message}.`, {
      cause: error,
    });
  } finally {
    file.destroy();
  }
}

/**
 * Reads the text of a file piece by piece: UTF-8, or UTF-16 with a byte-order mark, unpacked if its name ends in `.gz`.
 *
 * @throws when the file does not exist, is a Git LFS pointer or a `.gz` file that is cut off, or has another encoding.
 */
export async function* readText(path: string): AsyncGenerator<string, void, undefined> {
  let decoder: TextDecoder | undefined;
  const decode = (bytes: Uint8Array, more: boolean): string => {
    try {
      return decoder!.decode(bytes, { stream: more });
    } catch {
      throw decoder!.encoding === 'utf-8'
        ? notUtf8(path, 'Latin-1 (Windows-1252)', 'WINDOWS-1252')
        : new Error(`${path} has the byte-order mark of ${decoder!.encoding.toUpperCase()}, but what follows is not.`);
    }
  };
  for await (const bytes of bytesOf(path)) {
    const isFirst = !decoder;
    if (isFirst) {
      const encoding = encodingOf(bytes);
      if (encoding === 'UTF-32') throw notUtf8(path, 'UTF-32', 'UTF-32');
      if (encoding === 'utf-8' && looksLikeUtf16(bytes)) throw notUtf8(path, 'UTF-16', 'UTF-16LE');
      decoder = new TextDecoder(encoding, { fatal: true });
    }
    const text = decode(bytes, true);
    if (isFirst && /^version https:\/\/git-lfs\b/.test(text))
      throw new Error(`${path} is a Git LFS pointer, not the file itself. Run "git lfs pull" in its repository.`);
    yield text;
  }
  if (decoder) yield decode(new Uint8Array(), false);
}
