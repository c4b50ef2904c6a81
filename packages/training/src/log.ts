import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file of JSON lines that only grows, and that a checkpoint can cut back to. */
export interface TrainingLog {
  append(record: Record<string, unknown>): void;
  /** Forces the lines to the disk and gives their length in bytes, for the checkpoint. */
  flush(): number;
  close(): void;
}

/**
 * Opens the log of a run and drops everything after its first `bytes`: the lines of steps that a resumed run repeats.
 * @throws when the file is shorter than that, so that lines are lost
 */
export function openLog(path: string, bytes: number): TrainingLog {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, bytes === 0 ? 'w' : 'r+');
  let length = bytes;
  const { size } = fstatSync(file);
  if (size < bytes) {
    closeSync(file);
    throw new Error(
      `${path} has ${size} bytes, the checkpoint says ${bytes}: the log was changed since; restore it or start again`,
    );
  }
  ftruncateSync(file, bytes);
  return {
    append(record) {
      length += writeSync(file, `${JSON.stringify(record)}\n`, length);
    },
    flush() {
      fsyncSync(file);
      return length;
    },
    close() {
      closeSync(file);
    },
  };
}
