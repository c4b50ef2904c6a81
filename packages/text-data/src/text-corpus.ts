import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Document, normalizeText } from './documents';
import { readText } from './read-text';

const KINDS = /\.(txt|jsonl)(\.gz)?$/;

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && KINDS.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort((a, b) => (a < b ? -1 : 1));
}

async function* lines(path: string): AsyncGenerator<string, void, undefined> {
  let begun = '';
  for await (const text of readText(path)) {
    const complete = (begun + text).split('\n');
    begun = complete.pop()!;
    yield* complete;
  }
  yield begun;
}

async function* documentsOf(path: string, id: string): AsyncGenerator<Document, void, undefined> {
  if (/\.txt(\.gz)?$/.test(path)) {
    let text = '';
    for await (const part of readText(path)) text += part;
    yield { id, text: normalizeText(text) };
    return;
  }
  let number = 0;
  for await (const line of lines(path)) {
    number++;
    if (line.trim() === '') continue;
    let record: { id?: unknown; text?: unknown };
    try {
      record = JSON.parse(line.replace(/^\uFEFF/, ''));
    } catch (error) {
      throw new Error(`${path}, line ${number}, is not JSON: ${(error as Error).message}`);
    }
    if (typeof record?.text !== 'string') {
      throw new Error(
        `${path}, line ${number}, has no string "text": each line must be {"text": "…"} with an optional "id".`,
      );
    }
    yield { id: record.id === undefined ? `${id}#${number}` : String(record.id), text: normalizeText(record.text) };
  }
}

/**
 * Reads the documents of a file, or of all files in a folder and its subfolders in the order of their paths. A `.txt`
 * file is one document; a `.jsonl` file has one per line (`{"text": …, "id"?: …}`); both may be gzipped (`.gz`). The id
 * of a document is the path within the folder, for `.jsonl` with the line number (`a.jsonl#3`) unless the line has an id.
 * Text is normalised ({@link normalizeText}). Lines are read one by one as the consumer asks for them. Files must be
 * UTF-8, or UTF-16 with a byte-order mark.
 *
 * @throws when a file does not exist or has another extension or encoding, a `.gz` file is cut off, or a line is malformed.
 */
export async function* textCorpus(path: string): AsyncGenerator<Document, void, undefined> {
  const folder = (await stat(path)).isDirectory();
  const files = folder ? await filesOf(path) : [path];
  if (!folder && !KINDS.test(path))
    throw new Error(`${path} is no corpus: its name must end in .txt, .jsonl, .txt.gz or .jsonl.gz.`);
  if (files.length === 0) throw new Error(`${path} has no .txt or .jsonl file, gzipped or not.`);
  for (const file of files) {
    const id = folder ? relative(path, file).split(sep).join('/') : file.split(/[\\/]/).at(-1)!;
    yield* documentsOf(file, id);
  }
}
