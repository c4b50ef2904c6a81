import { createHash } from 'node:crypto';
import { serializeSafetensors } from '@interlayer/safetensors';
import type { Triggers } from '../src/index';

/** A trigger file of any options and lists, with the SHA-256 that makes it look as if it had been written so. */
export function signedFile(
  options: string,
  { scores, examples, positions, counts }: Pick<Triggers, 'scores' | 'examples' | 'positions' | 'counts'>,
): Uint8Array<ArrayBuffer> {
  const notes = { format: 'interlayer ffn-memory triggers', version: '1', options, progress: 'null' };
  const digestOf = (data: string | NodeJS.TypedArray) => createHash('sha256').update(data).digest();
  const digests = [JSON.stringify(notes), scores, examples, positions, counts].map(digestOf);
  const sha256 = createHash('sha256').update(Buffer.concat(digests)).digest('hex');
  let shape: unknown[] = [];
  try {
    const { layers, cells, top } = JSON.parse(options);
    shape = [layers, cells, top];
  } catch {
    // The lists are flat where the options cannot be read.
  }
  const fits = (sides: unknown[], length: number): sides is number[] =>
    sides.length > 0 && sides.every((side) => Number.isSafeInteger(side)) && product(sides as number[]) === length;
  const entry = (name: string, data: Float64Array | Int32Array, sides: unknown[]) => ({
    name,
    data,
    shape: fits(sides, data.length) ? sides : [data.length],
  });
  return Uint8Array.from(
    serializeSafetensors(
      [
        entry('scores', scores, shape),
        entry('examples', examples, shape),
        entry('positions', positions, shape),
        entry('counts', counts, shape.slice(0, 2)),
      ],
      { metadata: { ...notes, sha256 } },
    ),
  );
}

const product = (sides: readonly number[]): number => sides.reduce((total, side) => total * side, 1);
