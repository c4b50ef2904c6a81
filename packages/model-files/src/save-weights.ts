import type { TensorEntry } from '@interlayer/safetensors';
import type * as tf from '@tensorflow/tfjs-core';
import { platform } from '#platform';
import type { RawConfig } from './config-field';
import { extendedConfig } from './extended-config';
import type { Origin } from './load-weights';

export interface SaveOptions {
  /** How to store the weights. Default: as each was stored where it was loaded from, else F32. */
  dtype?: 'F32' | 'F16' | 'BF16';
}

/** What a model folder holds beside the weights. */
export interface FolderContent extends SaveOptions {
  /** What config.json says of a model that was not loaded from a folder. */
  config: RawConfig;
  /** Whether only Interlayer computes this config right: it is then saved as {@link extendedConfig}. */
  extended?: boolean;
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
 * Writes a model folder: model.safetensors, config.json, and the tokenizer's files of the folder that the model was loaded
 * from. Weights get the names they were loaded under; loaded and saved in one format, they are the same bytes. A new folder
 * appears complete or not at all; into one that exists, each file is renamed when all of them are complete.
 */
export async function saveWeights(
  path: string,
  weights: Readonly<Record<string, tf.Variable>>,
  content: FolderContent,
): Promise<void> {
  const { origin } = content;
  const available = origin ? (await platform.openFolder(origin.folder)).names : [];
  await platform.writeFolder(path, async (folder) => {
    await folder.writeTensors('model.safetensors', entries(weights, content));
    await folder.writeText('config.json', configText(content));
    for (const name of TOKENIZER_FILES.filter((file) => available.includes(file))) {
      await folder.copy(origin!.folder, name);
    }
  });
}

/** A loaded config.json stays as it stands, unless its model type would mislead other tools. */
function configText({ config, extended = false, origin }: FolderContent): string {
  const original: RawConfig = origin ? JSON.parse(origin.configText) : config;
  const written = extended ? extendedConfig(original) : original;
  return origin && written === original ? origin.configText : `${JSON.stringify(written, null, 2)}\n`;
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
