import { type TensorEntry, writeSafetensors } from '@interlayer/safetensors';
import type * as tf from '@tensorflow/tfjs-core';
import type { Origin } from './load-weights';

export interface SaveOptions {
  /** How to store the weights. Default: as each was stored where it was loaded from, else F32. */
  dtype?: 'F32' | 'F16' | 'BF16';
}

/** What a model folder holds beside the weights. */
export interface FolderContent extends SaveOptions {
  /** What config.json says of a model that was not loaded from a folder. */
  config: Readonly<Record<string, unknown>>;
  /** Where the model was loaded from. */
  origin?: Origin;
  /** Names that the file must hold too, each with the weight whose values it takes unless it is written anyway. */
  copies?: Readonly<Record<string, string>>;
}

const TOKENIZER_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
];

/**
 * Writes a model folder: model.safetensors, config.json, and the tokenizer's files of where the model was loaded from.
 * Weights get the names they were loaded under; loaded and saved in one format, they are the same bytes. A new folder
 * appears complete or not at all; into one that exists, each file is renamed when all of them are complete.
 */
export async function saveWeights(
  folder: string,
  weights: Readonly<Record<string, tf.Variable>>,
  content: FolderContent,
): Promise<void> {
  const { config, origin } = content;
  const { copyFile, mkdir, readdir, rename, rm, writeFile } = await import('node:fs/promises');
  const { dirname, join, resolve } = await import('node:path');
  const target = resolve(folder);
  const temporary = `${target}.${globalThis.crypto.randomUUID()}.tmp`;
  await mkdir(dirname(target), { recursive: true });
  await mkdir(temporary);
  try {
    await writeSafetensors(join(temporary, 'model.safetensors'), entries(weights, content), {
      metadata: { format: 'pt' },
    });
    await writeFile(join(temporary, 'config.json'), origin?.configText ?? `${JSON.stringify(config, null, 2)}\n`);
    const available = origin ? await readdir(origin.folder) : [];
    for (const name of TOKENIZER_FILES.filter((file) => available.includes(file))) {
      await copyFile(join(origin!.folder, name), join(temporary, name));
    }
    const existing = await readdir(target).catch(() => undefined);
    if (existing === undefined) await rename(temporary, target);
    else for (const name of await readdir(temporary)) await rename(join(temporary, name), join(target, name));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function entries(
  weights: Readonly<Record<string, tf.Variable>>,
  { origin, dtype, copies = {} }: FolderContent,
): TensorEntry[] {
  const storedAs = (name: string) => origin?.stored.get(name) ?? { name, dtype: 'F32' as const };
  const entry = (name: string, of: string, stored = storedAs(of).dtype): TensorEntry => ({
    name,
    shape: weights[of]!.shape,
    dtype: dtype ?? stored,
    data: async () => (await weights[of]!.data()) as Float32Array,
  });
  const written = [
    ...Object.keys(weights).map((name) => entry(storedAs(name).name, name)),
    ...(origin?.copies ?? []).map((copy) => entry(copy.name, copy.of, copy.dtype)),
    ...(origin?.carried ?? []),
  ];
  const names = new Set(written.map(({ name }) => name));
  const missing = Object.entries(copies).filter(([name]) => !names.has(name));
  return [...written, ...missing.map(([name, of]) => entry(name, of))];
}
