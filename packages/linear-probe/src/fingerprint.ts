import type { Matrix } from '@interlayer/linalg';
import type { Part } from './split';

/** The SHA-256 of numbers as they lie in memory, after a line that says what they are. */
async function fingerprint(header: string, values: Float32Array | Float64Array | Int32Array): Promise<string> {
  const { buffer, byteOffset, byteLength } = values;
  const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  const digest = await globalThis.crypto.subtle.digest('SHA-256', await new Blob([`${header}\n`, bytes]).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A hash of a matrix: of its shape, type and values. */
export const matrixFingerprint = ({ rows, columns, data }: Matrix): Promise<string> =>
  fingerprint(`${data instanceof Float32Array ? 'float32' : 'float64'} ${rows} × ${columns}`, data);

/** The size of a part, and a hash of which rows it has. */
export async function describePart({ name, rows }: Part, groups: ArrayLike<unknown>) {
  const distinct = new Set(Array.from(rows, (row) => groups[row]));
  return { rows: rows.length, groups: distinct.size, sha256: await fingerprint(`${name} rows`, rows) };
}

/** Each value's index among the distinct ones, in order of occurrence. */
export function groupIndices(values: readonly unknown[]): number[] {
  const indices = new Map<unknown, number>();
  for (const value of values) if (!indices.has(value)) indices.set(value, indices.size);
  return values.map((value) => indices.get(value)!);
}
