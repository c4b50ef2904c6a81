/** The SHA-256 of numbers as they lie in memory, after a line that says what they are. */
export async function fingerprint(header: string, values: Float32Array | Float64Array | Int32Array): Promise<string> {
  const { buffer, byteOffset, byteLength } = values;
  const bytes = await new Blob([
    `${header}\n`,
    new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  ]).arrayBuffer();
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
