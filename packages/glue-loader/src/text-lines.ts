import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface TextLine {
  /** From 1. */
  number: number;
  text: string;
  /** Whether a line break follows; without one, the last line may be cut short. */
  ended: boolean;
}

const LF = 10;

/**
 * The lines of a UTF-8 file, unpacked if its name ends in `.gz`. A line ends in LF or CRLF and in nothing else: sentences of
 * GLUE may hold U+2028 and its like. A byte-order mark is removed.
 *
 * @throws when the file cannot be read, is a `.gz` file that is cut off, or is not UTF-8, with the number of the line.
 */
export async function* textLines(path: string): AsyncGenerator<TextLine, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let number = 0;
  const line = (bytes: Uint8Array, ended: boolean): TextLine => {
    number++;
    try {
      const text = decoder.decode(bytes).replace(/\r$/, '');
      return { number, text: number === 1 ? text.replace(/^\uFEFF/, '') : text, ended };
    } catch (cause) {
      throw new Error(`${path}, line ${number}: the text is not UTF-8. Convert the file, or get it again.`, { cause });
    }
  };
  let rest: Uint8Array[] = [];
  for await (const chunk of chunks(path)) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      yield line(Buffer.concat([...rest, chunk.subarray(start, end)]), true);
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield line(Buffer.concat(rest), false);
}

async function* chunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = createReadStream(path);
  // An error of the file reaches whoever reads the unpacked stream.
  const stream = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file;
  try {
    yield* stream;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw cause;
    throw new Error(`${path} is damaged or cut off, and cannot be unpacked: ${message}.`, { cause });
  }
}
