import { type Matrix, matrix } from '@interlayer/linalg';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';

/** A row to be read: token ids. */
interface Row {
  ids: readonly number[];
  at?: number;
}

export type BatchInputs = { ids: HostTensor; mask: HostTensor };

/** Most tokens of a batch, padding included: what a layer makes of them still fits into a processor's cache. */
const TOKENS = 512;
/** Rows are padded to multiples of this: each length is a shape, and each shape is compiled. */
const STEP = 8;

/**
 * Indices of rows of like length that are read together, shortest first. All batches of a length have the same number of
 * rows, so that there are as many shapes as lengths: rows too few to fill one wait for the next length, and only the last
 * batch of all may be smaller.
 *
 * @param positions longest row that the model takes
 */
function* batchesOf(rows: readonly Row[], positions: number): Generator<{ indices: number[]; length: number }> {
  const byLength = new Map<number, number[]>();
  for (const [row, { ids }] of rows.entries()) {
    const length = Math.min(positions, Math.ceil(ids.length / STEP) * STEP);
    if (!byLength.has(length)) byLength.set(length, []);
    byLength.get(length)!.push(row);
  }
  const longest = Math.max(0, ...byLength.keys());
  let waiting: number[] = [];
  for (const [length, own] of [...byLength].sort(([a], [b]) => a - b)) {
    waiting = waiting.concat(own);
    const size = Math.max(1, Math.floor(TOKENS / length));
    let from = 0;
    for (; waiting.length - from >= (length < longest ? size : 1); from += size)
      yield { indices: waiting.slice(from, from + size), length };
    waiting = waiting.slice(from);
  }
}

/**
 * Calls `use` for batches of rows, padded on the right, with the indices of the rows in them, their padded length, and the
 * share of all tokens that is read when it is done.
 *
 * @param positions longest row that the model takes
 * @param first the batch to begin with; earlier ones are left out
 */
export async function forEachBatch(
  rows: readonly Row[],
  positions: number,
  use: (inputs: BatchInputs, indices: readonly number[], length: number, share: number) => Promise<void>,
  first = 0,
): Promise<void> {
  const batches = [...batchesOf(rows, positions)];
  const all = batches.reduce((sum, { indices, length }) => sum + indices.length * length, 0);
  let read = 0;
  for (const [batch, { indices, length }] of batches.entries()) {
    read += indices.length * length;
    if (batch < first) continue;
    const shape = [indices.length, length];
    const ids = new Int32Array(indices.length * length);
    const mask = new Float32Array(indices.length * length);
    for (const [row, index] of indices.entries()) {
      const own = rows[index]!.ids;
      ids.set(own, row * length);
      mask.fill(1, row * length, row * length + own.length);
    }
    const inputs = { ids: hostTensor(ids, shape, 'int32'), mask: hostTensor(mask, shape, 'float32') };
    await use(inputs, indices, length, read / all);
  }
}

/** A 1 at the place of each row that is read, [rows, length]. */
export function placesOf(rows: readonly Row[], indices: readonly number[], length: number): HostTensor {
  const place = new Float32Array(indices.length * length);
  for (const [row, index] of indices.entries()) place[row * length + (rows[index]!.at ?? 0)] = 1;
  return hostTensor(place, [indices.length, length], 'float32');
}

/** A tensor [.., k] as a matrix. */
export const hostMatrix = ({ data, shape }: HostTensor): Matrix => matrix(data as Float32Array, shape.at(-1)!);
