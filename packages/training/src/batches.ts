import type { HostTree } from '@interlayer/tensor-compile';
import { seedFrom, shuffle } from '@interlayer/text-data';

/** Batches in an order that can be continued: `seek(cursor())` on a fresh source goes on where the other one stood. */
export interface BatchSource<I extends HostTree = HostTree> {
  next(): I | Promise<I>;
  /** Where the source stands, as JSON-able data; with the seed it is the whole state of its random order. */
  cursor(): unknown;
  /** @throws when the cursor is not one of this source. */
  seek(cursor: unknown): void;
}

export interface ShuffledBatchesOptions<I extends HostTree> {
  /** How many examples there are. */
  count: number;
  /** How many go into a batch. */
  size: number;
  seed: number;
  /** Makes the batch of these examples; all batches must have the same shapes. */
  make: (examples: Int32Array) => I;
}

/** Every example once an epoch in an order that seed and epoch decide; what does not fill a last batch waits for the next epoch. */
export function shuffledBatches<I extends HostTree>({
  count,
  size,
  seed,
  make,
}: ShuffledBatchesOptions<I>): BatchSource<I> {
  if (!(Number.isInteger(size) && size > 0)) throw new Error(`size is ${size}; expected a positive integer`);
  if (!(Number.isInteger(count) && count >= size))
    throw new Error(`${count} examples do not fill one batch of ${size}; use more text or smaller batches`);
  if (!Number.isInteger(seed)) throw new Error(`seed is ${seed}; expected an integer`);
  let epoch = 0;
  let used = 0;
  let order: Int32Array | undefined;
  return {
    next() {
      if (used + size > count) {
        epoch++;
        used = 0;
        order = undefined;
      }
      order ??= shuffle(
        Int32Array.from({ length: count }, (_, i) => i),
        seedFrom(seed, 'epoch', epoch),
      );
      used += size;
      return make(order.slice(used - size, used));
    },
    cursor: () => ({ epoch, used }),
    seek(cursor) {
      const { epoch: e, used: u } = (cursor ?? {}) as { epoch?: unknown; used?: unknown };
      if (
        !(
          Number.isInteger(e) &&
          Number.isInteger(u) &&
          (e as number) >= 0 &&
          (u as number) >= 0 &&
          (u as number) <= count
        )
      )
        throw new Error(
          `${JSON.stringify(cursor)} is no cursor of ${count} shuffled examples; expected { epoch, used }`,
        );
      epoch = e as number;
      used = u as number;
      order = undefined;
    },
  };
}

/** The rows of a token stream for next-token prediction: row i holds tokens i·length … (i + 1)·length, one more than `length`. */
export function packedRows(
  tokens: Int32Array,
  length: number,
): { count: number; rows(indices: ArrayLike<number>): Int32Array } {
  if (!(Number.isInteger(length) && length > 0)) throw new Error(`length is ${length}; expected a positive integer`);
  // The last token of a row is the first input of the next: every token but the first is predicted once.
  const count = Math.floor((tokens.length - 1) / length);
  if (count < 1) throw new Error(`${tokens.length} tokens do not fill one row of ${length} + 1`);
  return {
    count,
    rows(indices) {
      const width = length + 1;
      const out = new Int32Array(indices.length * width);
      for (let i = 0; i < indices.length; i++) {
        const start = indices[i] * length;
        if (!(indices[i] >= 0 && indices[i] < count))
          throw new Error(`row ${indices[i]} is outside of 0 … ${count - 1}`);
        out.set(tokens.subarray(start, start + width), i * width);
      }
      return out;
    },
  };
}
