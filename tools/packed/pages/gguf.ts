import { openGguf } from '@interlayer/gguf';

/** The least file with a tensor: 32 values in one block of Q4_0 with the scale 0.5. */
function tinyFile(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64 + 18);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('GGUF'));
  view.setUint32(4, 3, true);
  view.setUint32(8, 1, true);
  view.setUint32(24, 1, true);
  bytes.set(new TextEncoder().encode('a'), 32);
  view.setUint32(33, 1, true);
  view.setUint32(37, 32, true);
  view.setUint32(45, 2, true);
  view.setUint16(64, 0x3800, true);
  for (let i = 0; i < 16; i++) view.setUint8(66 + i, 17 * i);
  return bytes;
}

export async function run(): Promise<number[]> {
  const file = await openGguf(new Blob([tinyFile()]));
  const { data } = await file.read('a');
  await file.close();
  return Array.from(data);
}
