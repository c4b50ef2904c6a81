import { writeFilesAtomically } from '@interlayer/atomic-write';
import type { FileParts } from './platform';

/** Writes files that belong together: none appears before all are complete. */
export const writeFiles = (files: readonly FileParts[]): Promise<void> =>
  writeFilesAtomically(files.map(({ path, parts }) => ({ path, content: chunksOf(parts) })));

/** The parts with zeros between them. */
function* chunksOf(parts: FileParts['parts']): Generator<Uint8Array> {
  let at = 0;
  for (const { offset, bytes } of parts) {
    if (offset > at) yield new Uint8Array(offset - at);
    yield bytes;
    at = offset + bytes.length;
  }
}
