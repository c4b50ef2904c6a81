import { mkdtempSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ByteSource, openSafetensors } from '../src/index';

test('one small tensor of a 200 MB file costs its own bytes and the header', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
  const path = join(folder, 'big.safetensors');
  const big = 200_000_000;
  const header = JSON.stringify({
    big: { dtype: 'U8', shape: [big], data_offsets: [0, big] },
    small: { dtype: 'F32', shape: [2], data_offsets: [big, big + 8] },
  });
  const head = Buffer.alloc(8 + header.length);
  head.writeBigUInt64LE(BigInt(header.length));
  head.write(header, 8);
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, head);
  truncateSync(path, head.length + big);
  writeSync(descriptor, Buffer.from(Float32Array.of(1.5, -2).buffer), 0, 8, head.length + big);
  const handle = await open(path);
  let bytes = 0;
  const counting: ByteSource = {
    size: (await handle.stat()).size,
    async read(offset, length) {
      bytes += length;
      return (await handle.read(new Uint8Array(length), 0, length, offset)).buffer;
    },
    close: () => handle.close(),
  };
  try {
    const before = process.memoryUsage().arrayBuffers;
    for (const source of [counting, path]) {
      const file = await openSafetensors(source);
      expect((await file.read('small')).data).toEqual(Float32Array.of(1.5, -2));
      await file.close();
    }
    expect(bytes).toBe(head.length + 8);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(big / 10);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
