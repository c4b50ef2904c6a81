import type { HostTree } from '@interlayer/tensor-compile';
import type { Row } from '@interlayer/text-data';

/**
 * Batches in an order that can be resumed: after `seek(cursor)` a fresh source continues where the other one stopped.
 * `mapBatches` makes one of the batches of text-data's `createBatches`.
 */
export interface BatchSource<B = HostTree> {
  next(): B | Promise<B>;
  /** The place of the next batch, as JSON data; together with the seed it is the entire state of a random order. */
  readonly cursor: unknown;
  /** @throws when the cursor is not one of this source. */
  seek(cursor: unknown): void;
}

/** A source that applies `make` to the batches of another one, one at a time. */
export function mapBatches<A, C, B>(
  batches: { next(): A; readonly cursor: C; seek(cursor: C): void },
  make: (batch: A) => B | Promise<B>,
): BatchSource<B> {
  return {
    next: () => make(batches.next()),
    get cursor() {
      return batches.cursor;
    },
    seek: (cursor) => batches.seek(cursor as C),
  };
}

/**
 * The rows of a token stream for next-token prediction: row i holds tokens i·length … (i + 1)·length, one more than
 * `length`. The last token of a row is the first input of the next, so every token but the first is predicted once. Tokens
 * that do not fill a last row are left out. The rows are views of the stream.
 */
export function causalRows(tokens: Int32Array, length: number): (Row & { ids: Int32Array })[] {
  if (!(Number.isInteger(length) && length > 0)) throw new Error(`length is ${length}; expected a positive integer`);
  const count = Math.floor((tokens.length - 1) / length);
  if (count < 1) throw new Error(`${tokens.length} tokens do not fill one row of ${length} + 1`);
  return Array.from({ length: count }, (_, i) => ({ ids: tokens.subarray(i * length, (i + 1) * length + 1) }));
}
