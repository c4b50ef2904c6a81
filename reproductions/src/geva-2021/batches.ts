import { type Matrix, matrix } from '@interlayer/ffn-memory';
import { type HostTensor, hostTensor } from '@interlayer/tensor-compile';

/** A row to be read: token ids, padded on the right to the longest of its batch. */
interface Row {
  ids: readonly number[];
  at?: number;
}

export type BatchInputs = { ids: HostTensor; mask: HostTensor };

const BATCH = 64;
const BUCKET = 16;

/**
 * Calls `use` for batches of rows of like length, with the indices of the rows in them. All batches have the same number of
 * rows, so that fewer shapes are compiled; what fills up the last one is not among the indices.
 *
 * @param positions longest row that the model takes
 * @param first the batch to begin with; earlier ones are left out
 */
export async function forEachBatch(
  rows: readonly Row[],
  positions: number,
  use: (inputs: BatchInputs, indices: readonly number[], length: number) => Promise<void>,
  first = 0,
): Promise<void> {
  const byLength = [...rows.keys()].sort((a, b) => rows[a]!.ids.length - rows[b]!.ids.length || a - b);
  for (let from = first * BATCH; from < byLength.length; from += BATCH) {
    const indices = byLength.slice(from, from + BATCH);
    const longest = rows[indices.at(-1)!]!.ids.length;
    const length = Math.min(positions, Math.ceil(longest / BUCKET) * BUCKET);
    const ids = new Int32Array(BATCH * length);
    const mask = new Float32Array(BATCH * length);
    for (let row = 0; row < BATCH; row++) {
      const own = rows[indices[row] ?? indices[0]!]!.ids;
      ids.set(own, row * length);
      mask.fill(1, row * length, row * length + own.length);
    }
    const shape = [BATCH, length];
    await use({ ids: hostTensor(ids, shape, 'int32'), mask: hostTensor(mask, shape, 'float32') }, indices, length);
  }
}

/** A 1 at the place of each row that is read, [BATCH, length]; rows that fill the batch up read their first place. */
export function placesOf(rows: readonly Row[], indices: readonly number[], length: number): HostTensor {
  const place = new Float32Array(BATCH * length);
  for (let row = 0; row < BATCH; row++) place[row * length + (rows[indices[row]!]?.at ?? 0)] = 1;
  return hostTensor(place, [BATCH, length], 'float32');
}

/** The first rows of a tensor [.., k], as a matrix. */
export const hostMatrix = ({ data, shape }: HostTensor, rows: number): Matrix =>
  matrix((data as Float32Array).subarray(0, rows * shape.at(-1)!), shape.at(-1)!);
