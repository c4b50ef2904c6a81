import { openSafetensors, serializeSafetensors } from '@interlayer/safetensors';

export async function run(): Promise<number[]> {
  const entry = { name: 'a', shape: [3], dtype: 'F16' as const, data: () => Float32Array.of(0.1, -2, 3e-5) };
  const file = await openSafetensors(new Blob([Uint8Array.from(serializeSafetensors([entry]))]));
  const { data } = await file.read('a');
  await file.close();
  return Array.from(data, Number);
}
