import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openSafetensors, writeSafetensors } from '@interlayer/safetensors';

/** A float32 array and its shape. */
export interface Values {
  shape: number[];
  data: Float32Array;
}

/** What a run needs, besides its weights and moments, to continue as if it had never stopped. */
export interface CheckpointState {
  /** Steps taken. */
  step: number;
  /** Where the batches stand (`BatchSource.cursor`). */
  cursor: unknown;
  /** Length in bytes of the log up to this step. */
  logBytes: number;
  /** Losses since the last line of the log. */
  pending: { sum: number; count: number };
  /** Everything that decides the result; a run with another configuration must not continue from here. */
  config: Record<string, unknown>;
  /** Versions of the programs that made it: reported, not enforced. */
  versions: Record<string, string>;
}

export interface Checkpoint extends CheckpointState {
  weights: Record<string, Values>;
  slots: Record<string, Values>;
  /** Seconds of training so far. Not part of `state.json`, because time is the one thing in which equal runs differ. */
  seconds: number;
}

const FORMAT = 1;
const FILES = ['weights.safetensors', 'optimizer.safetensors'] as const;
const COMPLETE = /^step-(\d+)$/;

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Forces a file, or a folder's list of names, to the disk. */
function sync(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    // Windows cannot open folders; there a rename is as durable as it gets.
    if (process.platform === 'win32') return;
    throw error;
  }
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The folders of complete checkpoints with their steps, oldest first. Half-written ones carry other names. */
export function listCheckpoints(folder: string): { step: number; path: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const match = COMPLETE.exec(name);
      return match ? [{ step: Number(match[1]), path: join(folder, name) }] : [];
    })
    .sort((a, b) => a.step - b.step);
}

/** The newest checkpoint, or undefined where there is none. */
export const latestCheckpoint = (folder: string): { step: number; path: string } | undefined =>
  listCheckpoints(folder).at(-1);

/**
 * Writes `folder/step-<step>` completely or not at all: into a temporary folder, forced to the disk, then renamed. Then all
 * but the `keep` newest are removed.
 * @returns its path
 */
export async function writeCheckpoint(
  folder: string,
  { weights, slots, seconds, ...state }: Checkpoint,
  { keep = 2 }: { keep?: number } = {},
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder))
    if (/^\.(writing|removing)-/.test(name)) rmSync(join(folder, name), { recursive: true });
  const name = `step-${String(state.step).padStart(8, '0')}`;
  const target = join(folder, name);
  const temporary = join(folder, `.writing-${name}`);
  mkdirSync(temporary);
  const parts = [weights, slots];
  for (const [i, file] of FILES.entries())
    await writeSafetensors(
      join(temporary, file),
      Object.entries(parts[i]).map(([key, { shape, data }]) => ({ name: key, dtype: 'F32' as const, shape, data })),
    );
  const files = Object.fromEntries(FILES.map((file) => [file, sha256(join(temporary, file))]));
  const content = { format: FORMAT, ...state, files };
  writeFileSync(join(temporary, 'state.json'), `${JSON.stringify({ ...content, digest: digest(content) }, null, 2)}\n`);
  writeFileSync(join(temporary, 'time.json'), `${JSON.stringify({ seconds })}\n`);
  for (const file of readdirSync(temporary)) sync(join(temporary, file));
  sync(temporary);
  renameSync(temporary, target);
  sync(folder);
  for (const old of listCheckpoints(folder).slice(0, -keep)) discard(folder, old.path.slice(folder.length + 1));
  return target;
}

/** Renames first, so that a kill leaves no half-removed folder under the name of a complete one. */
function discard(folder: string, name: string): void {
  const doomed = join(folder, `.removing-${name}`);
  rmSync(doomed, { recursive: true, force: true });
  renameSync(join(folder, name), doomed);
  rmSync(doomed, { recursive: true });
}

async function readTensors(path: string): Promise<Record<string, Values>> {
  const file = await openSafetensors(path);
  try {
    const entries: Record<string, Values> = {};
    for (const name of file.tensors.keys()) {
      const { shape, data } = await file.read(name);
      entries[name] = { shape: [...shape], data: data as Float32Array };
    }
    return entries;
  } finally {
    await file.close();
  }
}

/**
 * Reads one checkpoint (a `step-…` folder).
 * @throws an error that names the file when one is missing, cut short or changed since
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const advice = 'remove this folder to resume from the one before it, or start again';
  const refuse = (what: string, cause?: unknown): never => {
    throw new Error(`checkpoint ${path} cannot be used: ${what}; ${advice}`, { cause });
  };
  // biome-ignore lint/suspicious/noExplicitAny: checked below
  let parsed: any;
  try {
    parsed = JSON.parse(readFileSync(join(path, 'state.json'), 'utf8'));
  } catch (error) {
    return refuse(`state.json is missing or not JSON (${(error as Error).message})`, error);
  }
  const { digest: written, ...content } = parsed ?? {};
  const { format, files, ...state } = content;
  if (format !== FORMAT) return refuse(`state.json has format ${format}, this version reads ${FORMAT}`);
  if (digest(content) !== written) return refuse('state.json is not what was written (its digest differs)');
  for (const file of FILES) {
    if (!existsSync(join(path, file))) return refuse(`${file} is missing`);
    if (sha256(join(path, file)) !== files?.[file])
      return refuse(`${file} is not what was written (its SHA-256 differs)`);
  }
  let seconds = 0;
  try {
    seconds = Number(JSON.parse(readFileSync(join(path, 'time.json'), 'utf8')).seconds) || 0;
  } catch {
    // It only feeds a display of elapsed time.
  }
  const [weights, slots] = await Promise.all(FILES.map((file) => readTensors(join(path, file))));
  return { ...(state as CheckpointState), weights, slots, seconds };
}

/** JSON with sorted keys, so that equal data has equal text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, v) =>
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  ) ?? 'undefined';

/** SHA-256 of plain data, whatever the order of its keys. */
const digest = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex');

/** The first field in which two configurations differ, as a dotted path with both values, or undefined. */
export function configDifference(before: unknown, now: unknown, path = ''): string | undefined {
  if (canonical(before) === canonical(now)) return undefined;
  const records = [before, now].every((value) => value && typeof value === 'object' && !Array.isArray(value));
  if (!records) {
    const short = (value: unknown) => {
      const text = canonical(value);
      return text.length > 80 ? `${text.slice(0, 77)}…` : text;
    };
    return `${path || 'config'} was ${short(before)}, is ${short(now)}`;
  }
  const [a, b] = [before, now] as Record<string, unknown>[];
  for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()) {
    const difference = configDifference(a[key], b[key], path ? `${path}.${key}` : key);
    if (difference) return difference;
  }
  return undefined;
}
