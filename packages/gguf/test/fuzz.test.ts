import { fuzz, mutateBytes, randomValues } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { openGguf } from '../src/index';
import { everyKind, ggufFile, pair, string, TYPE } from './gguf-file';

const bytes = (length: number, seed: number) => Uint8Array.from(randomValues(length, seed), (value) => 128 * value);
/** A file of quantised tensors, whose size says most about damage to the directory. */
const quantised = ggufFile({
  pairs: [pair('general.architecture', TYPE.STRING, string('llama'))],
  tensors: [
    { name: 'q2', dimensions: [256, 2], type: 10, bytes: bytes(168, 1) },
    { name: 'q4', dimensions: [64], type: 2, bytes: bytes(36, 2) },
    { name: 'half', dimensions: [3, 2], type: 1, bytes: bytes(12, 3) },
  ],
});

async function readAll(file: Uint8Array) {
  const { tensors, metadata, read } = await openGguf(file);
  const values = [];
  for (const [name, info] of tensors) values.push({ info, data: (await read(name)).data });
  return { metadata, values };
}

it('survives damaged files, and what it reads fills the shapes and is in the file', async () => {
  const figures = await fuzz(
    'GGUF files (gguf)',
    readAll,
    (seed) => mutateBytes(seed, seed % 2 ? everyKind : quantised),
    {
      check({ values }, file) {
        for (const { info, data } of values) {
          expect(data.length).toBe(info.shape.reduce((product, length) => product * length, 1));
          expect(info.offset + info.byteLength).toBeLessThanOrEqual(file.length);
        }
      },
    },
  );
  expect(figures.cleanErrors).toBeGreaterThan(figures.inputs / 10);
});
