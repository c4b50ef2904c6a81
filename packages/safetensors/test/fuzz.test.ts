import { fuzz, mutateBytes, mutateJsonText } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { openSafetensors, serializeSafetensors, type TensorEntry } from '../src/index';

const entries: TensorEntry<() => never>[] = [
  { name: 'a', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'half', shape: [4], data: Float32Array.of(0.5, -1, 0, 2), dtype: 'F16' },
  { name: 'ids', shape: [3], data: BigInt64Array.of(1n, -1n, 2n ** 40n) },
  { name: 'flags', shape: [1, 2], data: Uint8Array.of(0, 1), dtype: 'BOOL' },
  { name: 'none', shape: [0, 7], data: new Int32Array() },
];
const intact = serializeSafetensors(entries, { metadata: { format: 'pt', note: 'a "quoted" \\ note' } });
const headerEnd = 8 + new DataView(intact.buffer).getUint32(0, true);
const header = JSON.parse(new TextDecoder().decode(intact.subarray(8, headerEnd)));

/** Damage anywhere, or only to what the header says, so that its length and the rest of the file are right. */
function damaged(seed: number): Uint8Array {
  if (seed % 2) return mutateBytes(seed, intact);
  const text = new TextEncoder().encode(mutateJsonText(seed, header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return new Uint8Array([...length, ...text, ...intact.subarray(headerEnd)]);
}

async function readAll(bytes: Uint8Array) {
  const file = await openSafetensors(bytes);
  const tensors = [];
  for (const name of file.tensors.keys()) tensors.push({ name, ...(await file.read(name)) });
  return { tensors, metadata: file.metadata };
}

it('survives damaged files, and what it reads can be written and read again', async () => {
  await fuzz('safetensors files (safetensors)', readAll, damaged, {
    async check({ tensors, metadata }, bytes) {
      const stored = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
      // Half precision is widened as it is read.
      expect(stored).toBeLessThanOrEqual(2 * bytes.length);
      const again = await readAll(serializeSafetensors(tensors, { metadata }));
      expect(new Map(again.tensors.map((each) => [each.name, each]))).toEqual(
        new Map(tensors.map((each) => [each.name, each])),
      );
      expect(again.metadata).toEqual(metadata);
    },
  });
});
