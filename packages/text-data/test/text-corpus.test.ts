import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type Document, normalizeText } from '../src/documents';
import { textCorpus } from '../src/text-corpus';

const folder = mkdtempSync(join(tmpdir(), 'text-corpus-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'b'));
mkdirSync(join(folder, 'empty'));
writeFileSync(join(folder, 'c.txt'), '\ufeffOne\r\ncafe\u0301');
writeFileSync(join(folder, 'b/d.jsonl'), '{"text":"x"}\n\n{"id":"mine","text":"y\\r\\nz"}\n');
writeFileSync(join(folder, 'b/e.txt.gz'), gzipSync('packed'));
writeFileSync(join(folder, 'b/f.jsonl.gz'), gzipSync('{"text":"deep"}'));
writeFileSync(join(folder, 'ignored.md'), 'no');
writeFileSync(join(folder, 'bad.json'), '');
const collect = async (path: string) => {
  const documents: Document[] = [];
  for await (const document of textCorpus(path)) documents.push(document);
  return documents;
};

test('a folder: all files, in the order of their paths', async () => {
  expect(await collect(folder)).toEqual([
    { id: 'b/d.jsonl#1', text: 'x' },
    { id: 'mine', text: 'y\nz' },
    { id: 'b/e.txt.gz', text: 'packed' },
    { id: 'b/f.jsonl.gz#1', text: 'deep' },
    { id: 'c.txt', text: 'One\ncafé' },
  ]);
});
test('a file', async () => {
  expect(await collect(join(folder, 'c.txt'))).toEqual([{ id: 'c.txt', text: 'One\ncafé' }]);
});
test('says what is wrong, and where', async () => {
  writeFileSync(join(folder, 'empty/a.jsonl.bak'), '');
  await expect(collect(join(folder, 'empty'))).rejects.toThrow('no .txt or .jsonl');
  await expect(collect(join(folder, 'ignored.md'))).rejects.toThrow('no corpus');
  await expect(collect(join(folder, 'absent.txt'))).rejects.toThrow('absent.txt');
  const broken = mkdtempSync(join(tmpdir(), 'text-corpus-broken-'));
  try {
    writeFileSync(join(broken, 'a.jsonl'), '{"text":"x"}\n{"text":');
    await expect(collect(broken)).rejects.toThrow('a.jsonl, line 2, is not JSON');
    writeFileSync(join(broken, 'a.jsonl'), '{"body":"x"}');
    await expect(collect(broken)).rejects.toThrow('line 1, has no string "text"');
    rmSync(join(broken, 'a.jsonl'));
    writeFileSync(join(broken, 'b.jsonl.gz'), 'not gzip');
    await expect(collect(broken)).rejects.toThrow('header');
  } finally {
    rmSync(broken, { recursive: true });
  }
});
describe('encodings', () => {
  const written = (name: string, bytes: Uint8Array | string) => {
    const path = join(mkdtempSync(join(folder, 'encodings-')), name);
    writeFileSync(path, bytes);
    return path;
  };
  const utf16 = (text: string, bigEndian = false) => {
    const bytes = Buffer.from(text, 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };
  const text = 'Größe, 中文🙂\n';

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', utf16(`\ufeff${text}`)],
    ['UTF-16, big end first', utf16(`\ufeff${text}`, true)],
  ])('%s is read, packed and as lines too', async (_, bytes) => {
    expect(await collect(written('a.txt', bytes))).toEqual([{ id: 'a.txt', text }]);
    expect(await collect(written('a.txt.gz', gzipSync(bytes)))).toEqual([{ id: 'a.txt.gz', text }]);
  });
  test('lines of UTF-16; a line separator within a line', async () => {
    const line = JSON.stringify({ text: 'a\u2028é' });
    expect(await collect(written('a.jsonl', utf16(`\ufeff${line}\r\n${line}`)))).toEqual([
      { id: 'a.jsonl#1', text: 'a\né' },
      { id: 'a.jsonl#2', text: 'a\né' },
    ]);
  });
  test('characters at the ends of pieces of a large file stay whole', async () => {
    const large = `x${'é中🙂'.repeat(60_000)}`;
    expect((await collect(written('a.txt', large)))[0]!.text).toBe(large);
    expect((await collect(written('a.jsonl.gz', gzipSync(JSON.stringify({ text: large })))))[0]!.text).toBe(large);
  });
  test.each([
    ['Latin-1 (Windows-1252)', Buffer.from('Größe', 'latin1')],
    ['UTF-16', utf16('no mark')],
    ['UTF-16', utf16('no mark', true)],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
  ])('%s is refused, with the path', async (encoding, bytes) => {
    for (const name of ['a.txt', 'a.jsonl']) {
      const path = written(name, bytes);
      await expect(collect(path)).rejects.toThrow(
        `${path} is not UTF-8; it looks like ${encoding}. Convert it: iconv -f`,
      );
    }
  });
  test('half a character of UTF-16', async () => {
    const path = written('a.txt', Buffer.concat([utf16('\ufeffab'), Buffer.from([0x61])]));
    await expect(collect(path)).rejects.toThrow(`${path} has the byte-order mark of UTF-16LE`);
  });
  test.each(['a.txt.gz', 'a.jsonl.gz'])('%s that is cut off', async (name) => {
    const packed = gzipSync(JSON.stringify({ text: 'a'.repeat(1000) }));
    const path = written(name, packed.subarray(0, packed.length - 12));
    await expect(collect(path)).rejects.toThrow(`${path} is damaged or cut off`);
  });
  test('a Git LFS pointer', async () => {
    const path = written('a.txt', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4\n');
    await expect(collect(path)).rejects.toThrow(`${path} is a Git LFS pointer`);
  });
});
test('normalizeText', () => {
  expect(normalizeText('a\u2028b\rc\r\nd\u00a0e\u0301')).toBe('a\nb\nc\nd\u00a0é');
});
