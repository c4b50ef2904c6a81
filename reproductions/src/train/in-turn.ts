import type { HostTree } from '@interlayer/tensor-compile';
import type { BatchSource } from '@interlayer/training';

/** `count` batches of one source, then those of another; the place of the next batch can be saved and sought. */
export function inTurn(first: BatchSource<HostTree>, count: number, then: BatchSource<HostTree>): BatchSource<HostTree> {
  let taken = 0;
  return {
    next: () => (taken++ < count ? first : then).next(),
    get cursor() {
      return { taken, first: first.cursor, then: then.cursor };
    },
    seek(cursor) {
      const place = cursor as { taken: number; first: unknown; then: unknown };
      first.seek(place.first);
      then.seek(place.then);
      taken = place.taken;
    },
  };
}
