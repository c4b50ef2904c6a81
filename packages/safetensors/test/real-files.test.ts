import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shared } from '@interlayer/test-kit';
import { expect, test } from 'vitest';
import { openSafetensors, serializeSafetensors, toSafeNumbers } from '../src/index';

shared('real checkpoints', (data) => {
  const models = join(data, 'models');

  test.each(['splade-tiny/model', 'bert-tiny-sst2-encoder/model', 'splade-tiny/reference', 'e5-small-v2/reference'])(
    '%s opens, and all its tensors read back as they were after writing them again',
    async (name) => {
      const file = await openSafetensors(join(models, `${name}.safetensors`));
      const entries = await Promise.all(
        [...file.tensors.keys()].map(async (tensor) => ({ name: tensor, ...(await file.read(tensor)) })),
      );
      const again = await openSafetensors(serializeSafetensors(entries, { metadata: file.metadata }));
      for (const { name: tensor, dtype, shape, data: values } of entries) {
        const copy = await again.read(tensor);
        expect({ dtype: copy.dtype, shape: copy.shape }).toEqual({ dtype, shape });
        expect(Buffer.compare(Buffer.from(copy.data.buffer), Buffer.from(values.buffer)), tensor).toBe(0);
      }
      expect(again.metadata).toEqual(file.metadata);
      await file.close();
    },
  );

  test('a half-precision checkpoint: every word vector is finite and of plausible size', async () => {
    const file = await openSafetensors(join(models, 'e5-small-v2/model.safetensors'));
    const { dtype, shape, data: values } = await file.read('embeddings.word_embeddings.weight');
    expect(dtype).toBe('F16');
    expect(shape).toEqual([30522, 384]);
    const raw = readFileSync(join(models, 'e5-small-v2/model.safetensors'));
    const { offset } = file.tensors.get('embeddings.word_embeddings.weight')!;
    let squares = 0;
    for (let i = 0; i < values.length; i++) {
      squares += (values as Float32Array)[i] ** 2;
      if (i % 9973 === 0) {
        const bits = raw.readUInt16LE(offset + 2 * i);
        const magnitude =
          (bits & 0x7c00 ? 1024 + (bits & 1023) : bits & 1023) * 2 ** (Math.max((bits >> 10) & 31, 1) - 25);
        expect(values[i]).toBe(bits & 0x8000 ? -magnitude : magnitude);
      }
    }
    const rootMeanSquare = Math.sqrt(squares / values.length);
    expect(rootMeanSquare).toBeGreaterThan(0.01);
    expect(rootMeanSquare).toBeLessThan(1);
    await file.close();
  });

  test('token ids are stored as 64-bit integers', async () => {
    const file = await openSafetensors(join(models, 'splade-tiny/reference.safetensors'));
    const [name] = [...file.tensors].find(([, { dtype }]) => dtype === 'I64')!;
    const { data: ids } = await file.read(name);
    expect(ids).toBeInstanceOf(BigInt64Array);
    const narrow = await file.read(name, { as: 'int32' });
    expect(Float64Array.from(narrow.data)).toEqual(toSafeNumbers(ids as BigInt64Array));
    await file.close();
  });
});
