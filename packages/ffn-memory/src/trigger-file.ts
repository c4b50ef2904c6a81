import { type Openable, openSafetensors, writeSafetensors } from '@interlayer/safetensors';
import { noTriggers, type Triggers } from './triggers';

const FORMAT = 'interlayer ffn-memory triggers';
const VERSION = '1';

/** The lists of a scan, which a file stores as tensors. */
const LISTS = ['scores', 'examples', 'positions', 'counts'] as const;

/** Triggers from a file, with the note that was written beside them. */
export interface StoredTriggers {
  triggers: Triggers;
  /** What {@link writeTriggers} was given; usually where to resume. */
  progress: unknown;
}

/**
 * Writes triggers to a safetensors file (Node), completely or not at all; an older file of that name stays until then. The file
 * has a version and a SHA-256 over lists and notes.
 *
 * @param progress any JSON value, such as where to resume the scan
 */
export async function writeTriggers(path: string, triggers: Triggers, progress: unknown = null): Promise<void> {
  const { layers, cells, top, dedupe, side, about } = triggers;
  const notes = {
    format: FORMAT,
    version: VERSION,
    options: JSON.stringify({ layers, cells, top, dedupe, side, about }),
    progress: JSON.stringify(progress),
  };
  const shape = [layers, cells, top];
  await writeSafetensors(
    path,
    LISTS.map((name) => ({ name, shape: name === 'counts' ? shape.slice(0, 2) : shape, data: triggers[name] })),
    { metadata: { ...notes, sha256: await checksum(notes, triggers) } },
  );
}

/**
 * Reads what {@link writeTriggers} wrote.
 *
 * @param source a path, or the file's bytes
 * @throws when the file is truncated, changed in any bit, of another version or not a trigger file; it is left as it is
 */
export async function readTriggers(source: Openable): Promise<StoredTriggers> {
  const name = typeof source === 'string' || source instanceof URL ? ` ${source}` : '';
  const refuse = (why: string, cause?: unknown): never => {
    throw new Error(
      `The trigger file${name} cannot be used: ${why}. Nothing was changed; use another copy, or scan its part of the corpus again.`,
      { cause },
    );
  };
  const file = await openSafetensors(source).catch((error: Error) => refuse(error.message.replace(/\.$/, ''), error));
  try {
    const { format, version, options, progress, sha256 } = file.metadata;
    if (format !== FORMAT) return refuse('it holds no triggers');
    if (version !== VERSION) return refuse(`it has version ${version}, and this package reads version ${VERSION}`);
    const lists: Record<string, unknown> = {};
    for (const list of LISTS) {
      if (!file.tensors.has(list)) return refuse(`its ${list} are missing`);
      lists[list] = (await file.read(list)).data;
    }
    const stored = lists as unknown as Triggers;
    if ((await checksum({ format, version, options, progress }, stored)) !== sha256)
      return refuse('it is not what was written (its SHA-256 differs)');
    const triggers = noTriggers(JSON.parse(options!));
    for (const list of LISTS) triggers[list].set(stored[list]);
    return { triggers, progress: JSON.parse(progress!) };
  } finally {
    await file.close();
  }
}

/** SHA-256 of the notes, then the lists. */
async function checksum(notes: Record<string, string | undefined>, triggers: Triggers): Promise<string> {
  const parts = LISTS.map((list) => {
    const { buffer, byteOffset, byteLength } = triggers[list];
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  });
  parts.unshift(new TextEncoder().encode(JSON.stringify(notes)));
  const digests = await Promise.all(parts.map((part) => globalThis.crypto.subtle.digest('SHA-256', part)));
  const digest = await globalThis.crypto.subtle.digest('SHA-256', await new Blob(digests).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
