import { type Openable, openSafetensors, type SafetensorsFile, writeSafetensors } from '@interlayer/safetensors';
import { checkTriggerOptions, type TriggerOptions, type Triggers } from './triggers';

const FORMAT = 'interlayer ffn-memory triggers';
const VERSION = '1';

/** The lists of a scan, which a file stores as tensors, and how. */
const LISTS = { scores: 'F64', examples: 'I32', positions: 'I32', counts: 'I32' } as const;
type List = keyof typeof LISTS;
type Lists = Pick<Triggers, List>;
const LIST_NAMES = Object.keys(LISTS) as List[];

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
  await writeSafetensors(
    path,
    LIST_NAMES.map((name) => ({ name, shape: shapeOf(name, triggers), data: triggers[name] })),
    { metadata: { ...notes, sha256: await checksum(notes, triggers) } },
  );
}

const shapeOf = (list: List, { layers, cells, top }: TriggerOptions): number[] =>
  list === 'counts' ? [layers, cells] : [layers, cells, top];

/**
 * Reads what {@link writeTriggers} wrote.
 *
 * @param source a path, or the file's bytes
 * @throws when the file is truncated, changed in any bit, of another version or not a trigger file, or when it was signed again
 * after a change and what it holds is no scan; it is left as it is
 */
export async function readTriggers(source: Openable): Promise<StoredTriggers> {
  const name = typeof source === 'string' || source instanceof URL ? ` ${source}` : '';
  try {
    const file = await openSafetensors(source);
    try {
      return await readOpened(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new Error(
      `The trigger file${name} cannot be used: ${(error as Error).message.replace(/\.$/, '')}. Nothing was changed; use another copy, or scan its part of the corpus again.`,
      { cause: error },
    );
  }
}

async function readOpened(file: SafetensorsFile): Promise<StoredTriggers> {
  const { format, version, options, progress, sha256 } = file.metadata;
  if (format !== FORMAT) throw new Error('it holds no triggers');
  if (version !== VERSION) throw new Error(`it has version ${version}, and this package reads version ${VERSION}`);
  for (const list of LIST_NAMES) if (!file.tensors.has(list)) throw new Error(`its ${list} are missing`);
  const about = parseOptions(options);
  // The file's own size bounds the lists, so that no option can ask for more memory than that.
  for (const list of LIST_NAMES) {
    const { dtype, shape } = file.tensors.get(list)!;
    const expected = shapeOf(list, about);
    if (dtype !== LISTS[list] || shape.join() !== expected.join())
      throw new Error(`its ${list} are ${dtype} [${shape}], and its options need ${LISTS[list]} [${expected}]`);
  }
  const lists = {} as Record<List, unknown>;
  for (const list of LIST_NAMES) lists[list] = (await file.read(list)).data;
  const triggers: Triggers = { ...about, ...(lists as Lists) };
  if ((await checksum({ format, version, options, progress }, triggers)) !== sha256)
    throw new Error('it is not what was written (its SHA-256 differs)');
  checkPlaces(triggers);
  return { triggers, progress: parseNote('progress', progress) };
}

function parseOptions(text: string | undefined): TriggerOptions {
  const options = parseNote('options', text) as TriggerOptions | null;
  const values = Object.values(options ?? {});
  if (values.length === 0 || values.some((value) => typeof value !== 'number' && typeof value !== 'string'))
    throw new Error('its options are not an object of numbers and texts');
  checkTriggerOptions(options!);
  const { layers, cells, top, dedupe, side, about } = options!;
  return { layers, cells, top, dedupe, side, about };
}

function parseNote(name: string, text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`its ${name} are not JSON`, { cause });
  }
}

/** Refuses lists that no scan gives. */
function checkPlaces(triggers: Triggers): void {
  const { layers, cells } = triggers;
  for (let key = 0; key < layers * cells; key++)
    if (!isOfScan(triggers, key))
      throw new Error(
        `its triggers of cell ${key % cells} of layer ${Math.floor(key / cells)} are not those of a scan`,
      );
}

/** Whether a cell's triggers come first, best first and none twice, and its other places are empty. */
function isOfScan({ top, side, dedupe, counts, scores, examples, positions }: Triggers, key: number): boolean {
  const count = counts[key]!;
  if (count < 0 || count > top) return false;
  const sign = side === 'positive' ? 1 : -1;
  const seen = new Set<number | string>();
  for (let i = key * top; i < key * top + top; i++) {
    const [score, example, position] = [scores[i]!, examples[i]!, positions[i]!];
    if (i >= key * top + count) {
      if (!Number.isNaN(score) || example !== -1 || position !== -1) return false;
      continue;
    }
    const isTrigger = sign * score > 0 && Number.isFinite(score) && example >= 0 && position >= 0;
    const isInOrder = seen.size === 0 || sign * score <= sign * scores[i - 1]!;
    if (!isTrigger || !isInOrder) return false;
    seen.add(dedupe === 'sentence' ? example : `${example} ${position}`);
  }
  return seen.size === count;
}

/** SHA-256 of the notes, then the lists. */
async function checksum(notes: Record<string, string | undefined>, triggers: Lists): Promise<string> {
  const parts = LIST_NAMES.map((list) => {
    const { buffer, byteOffset, byteLength } = triggers[list];
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  });
  parts.unshift(new TextEncoder().encode(JSON.stringify(notes)));
  const digests = await Promise.all(parts.map((part) => globalThis.crypto.subtle.digest('SHA-256', part)));
  const digest = await globalThis.crypto.subtle.digest('SHA-256', await new Blob(digests).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
