import type { BatchSource } from '@interlayer/training';

/** `count` batches from one source, then those of another; the cursor covers both. */
export function inTurn<B>(first: BatchSource<B>, count: number, second: BatchSource<B>): BatchSource<B> {
  let taken = 0;
  return {
    next: () => (taken++ < count ? first : second).next(),
    get cursor() {
      return { taken, first: first.cursor, second: second.cursor };
    },
    seek(cursor) {
      const place = cursor as { taken: number; first: unknown; second: unknown };
      first.seek(place.first);
      second.seek(place.second);
      taken = place.taken;
    },
  };
}
