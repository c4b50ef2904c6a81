import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
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
test('normalizeText', () => {
  expect(normalizeText('a\u2028b\rc\r\nd\u00a0e\u0301')).toBe('a\nb\nc\nd\u00a0é');
});
