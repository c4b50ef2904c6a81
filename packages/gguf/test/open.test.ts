import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { seededRandom, shared } from '@interlayer/test-kit';
import { expect, test } from 'vitest';
import { openGguf } from '../src/index';
import { f32, ggufFile } from './gguf-file';

const bytes = ggufFile({ tensors: [{ name: 'a', dimensions: [2], type: 0, bytes: [0.5, -3].flatMap(f32) }] });

test('opens a path, a file URL, bytes, an ArrayBuffer, a Blob and a custom source', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
  const path = join(folder, 'a.gguf');
  writeFileSync(path, bytes);
  const custom = { size: bytes.length, read: async (from: number, length: number) => bytes.slice(from, from + length) };
  try {
    for (const source of [path, pathToFileURL(path), Buffer.from(bytes), bytes.buffer, new Blob([bytes]), custom]) {
      const file = await openGguf(source);
      expect((await file.read('a')).data).toEqual(Float32Array.of(0.5, -3));
      await file.close();
    }
    writeFileSync(path, 'no weights here');
    await expect(openGguf(path)).rejects.toThrow(`does not begin with "GGUF"; it is not a GGUF file in ${path}.`);
    await expect(openGguf(folder)).rejects.toThrow(`${folder} is a folder; give the path of a file.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an absent tensor, a closed file, an unknown form and a source that runs dry say so', async () => {
  const file = await openGguf(bytes);
  await expect(file.read('b')).rejects.toThrow('no tensor "b" among the file\'s 1 (the first is "a")');
  await expect(file.read('a', { as: 'float64' as never })).rejects.toThrow(
    'read as "float64"; known are float32, float16',
  );
  await file.close();
  await file.close();
  await expect(file.read('a')).rejects.toThrow('after the file was closed');
  let reads = 0;
  const dry = await openGguf({
    size: bytes.length,
    read: async (from, length) => bytes.slice(from, from + (reads++ < 1 ? length : length - 1)),
  });
  await expect(dry.read('a')).rejects.toThrow(/asked for 8 bytes at offset \d+, got 7; the file is truncated/);
});

test('a tensor is read in chunks of whole rows, and nothing else is', async () => {
  const random = seededRandom(3);
  // Rows of 34,000 bytes: 8 of them are the least that fill 256 KiB.
  const [rows, blocksInRow] = [20, 1000];
  const stored = Uint8Array.from({ length: rows * blocksInRow * 34 }, () => Math.floor(random() * 256));
  // Scales of about 1/128, so that half precision holds all values.
  for (let block = 0; block < stored.length; block += 34) stored[block + 1] = 0x20;
  const big = ggufFile({
    tensors: [
      { name: 'before', dimensions: [500], type: 0, bytes: new Uint8Array(2000) },
      { name: 'big', dimensions: [32 * blocksInRow, rows], type: 8, bytes: stored },
    ],
  });
  const reads: [offset: number, length: number][] = [];
  const file = await openGguf({
    size: big.length,
    read: async (offset, length) => {
      reads.push([offset, length]);
      return big.slice(offset, offset + length);
    },
  });
  const { offset } = file.tensors.get('big')!;
  const whole = await openGguf(big);
  for (const as of ['float32', 'float16'] as const) {
    reads.length = 0;
    const { data } = await file.read('big', { as });
    expect(reads).toEqual([0, 8, 16].map((row) => [offset + row * 34_000, Math.min(8, rows - row) * 34_000]));
    expect(data).toEqual((await whole.read('big', { as })).data);
    expect(data.length).toBe(rows * blocksInRow * 32);
  }
});

shared('a real model', (data) => {
  test('SmolLM2: its metadata, its directory and the embeddings of a token', async () => {
    const file = await openGguf(join(data, 'models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf'));
    expect(file.metadata.get('general.architecture')).toBe('llama');
    expect(file.metadata.get('llama.block_count')).toBe(30);
    expect((file.metadata.get('tokenizer.ggml.tokens') as string[]).length).toBe(49152);
    expect(file.tensors.size).toBe(272);
    const types = [...file.tensors.values()].map(({ type }) => type);
    const count = (wanted: string) => types.filter((type) => type === wanted).length;
    expect({ Q4_1: count('Q4_1'), Q8_0: count('Q8_0'), F32: count('F32') }).toEqual({ Q4_1: 210, Q8_0: 1, F32: 61 });
    expect(file.tensors.get('blk.0.ffn_up.weight')!.shape).toEqual([1536, 576]);
    const { data: embeddings, shape } = await file.read('token_embd.weight');
    expect(shape).toEqual([49152, 576]);
    const rootMeanSquare = Math.sqrt(embeddings.reduce((sum, value) => sum + value ** 2, 0) / embeddings.length);
    expect(rootMeanSquare).toBeGreaterThan(0.01);
    expect(rootMeanSquare).toBeLessThan(1);
    await file.close();
  });
});
