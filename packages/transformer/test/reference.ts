import { openSafetensors } from '@interlayer/safetensors';

/** A file of recorded tensors, all of it, as float32 and int32 numbers. */
export async function readReference(path: string) {
  const file = await openSafetensors(path);
  const tensors = new Map<string, { shape: number[]; data: Float32Array | Int32Array }>();
  for (const [name, { dtype }] of file.tensors) {
    tensors.set(name, await file.read(name, { as: dtype.startsWith('I') ? 'int32' : 'float32' }));
  }
  await file.close();
  return tensors;
}
