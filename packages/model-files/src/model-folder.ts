import type { SafetensorsFile, StoredTensor, TensorInfo } from '@interlayer/safetensors';
import { platform } from '#platform';
import type { RawConfig } from './config-field';
import type { Folder } from './platform/platform';
import { requireContent } from './require-content';

/** An open model folder in the hub's layout. */
export interface ModelFolder {
  folder: string;
  config: RawConfig;
  /** config.json as it stands. */
  configText: string;
  /** Names of the files in the folder. */
  files: readonly string[];
  /** Every stored tensor by its name in the file, over all shards. */
  tensors: ReadonlyMap<string, TensorInfo>;
  read(name: string): Promise<StoredTensor>;
  close(): Promise<void>;
}

const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** Three lines of Python, since the format of pytorch_model.bin is a program to run, not data to read. */
const conversion = (
  folder: string,
) => `${folder} has its weights only as pytorch_model.bin. Convert them once, with Python:
  import torch; from safetensors.torch import save_file
  weights = torch.load("pytorch_model.bin", map_location="cpu", weights_only=True)
  save_file({name: tensor.clone().contiguous() for name, tensor in weights.items()}, "${WEIGHTS}", {"format": "pt"})`;

/** @throws Error that says what to do about a folder without weights in a readable format. */
function requireWeights(folder: string, names: readonly string[]): void {
  if (names.includes(WEIGHTS) || names.includes(INDEX)) return;
  if (names.some((name) => name.startsWith('pytorch_model'))) throw new Error(conversion(folder));
  throw new Error(`${folder} has neither ${WEIGHTS} nor ${INDEX}. It has: ${names.join(', ')}.`);
}

/** @throws Error when the file is a Git LFS pointer, or not a JSON object. */
async function readJson(folder: Folder, name: string): Promise<{ text: string; value: RawConfig }> {
  await requireContent(folder, name);
  const text = await folder.text(name);
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { text, value };
  } catch (cause) {
    throw new Error(`${folder.path}/${name} is not JSON: ${(cause as Error).message}`, { cause });
  }
  throw new Error(`${folder.path}/${name} is not a JSON object.`);
}

async function openFolder(path: string): Promise<{ folder: Folder; configText: string; config: RawConfig }> {
  if (/^[a-z][a-z+.-]+:\/\//i.test(path)) {
    throw new Error(
      `"${path}" is an address. Models are read from folders: download its files, then give their folder.`,
    );
  }
  const folder = await platform.openFolder(path);
  if (!folder.names.includes('config.json')) {
    throw new Error(`${path} has no config.json. It has: ${folder.names.join(', ') || 'no files'}.`);
  }
  const { text: configText, value: config } = await readJson(folder, 'config.json');
  return { folder, configText, config };
}

/**
 * The config.json of a model's folder.
 * @throws Error that says what is missing or malformed.
 */
export const readConfig = async (path: string): Promise<RawConfig> => (await openFolder(path)).config;

/**
 * Opens the folder of a model: config.json, and model.safetensors or the shards that model.safetensors.index.json lists.
 * @throws Error that says what is missing or malformed, and what to do.
 */
export async function openModelFolder(path: string): Promise<ModelFolder> {
  const { folder, configText, config } = await openFolder(path);
  const { names } = folder;
  requireWeights(path, names);

  const open = new Map<string, SafetensorsFile>();
  const where = new Map<string, SafetensorsFile>();
  const close = async () => {
    for (const file of open.values()) await file.close();
  };
  const openFile = async (name: string) => {
    if (!open.has(name)) {
      await requireContent(folder, name);
      open.set(name, await folder.tensors(name));
    }
    return open.get(name)!;
  };
  try {
    if (names.includes(WEIGHTS)) {
      const file = await openFile(WEIGHTS);
      for (const name of file.tensors.keys()) where.set(name, file);
    } else {
      const shardOf = (await readJson(folder, INDEX)).value.weight_map;
      if (typeof shardOf !== 'object' || shardOf === null || Array.isArray(shardOf)) {
        throw new Error(`${path}/${INDEX} has no "weight_map", an object from tensor names to files.`);
      }
      for (const [name, shard] of Object.entries(shardOf)) {
        if (typeof shard !== 'string' || !shard.endsWith('.safetensors')) {
          throw new Error(`${INDEX} does not say which .safetensors file holds the tensor "${name}".`);
        }
        if (!names.includes(shard)) {
          throw new Error(`${INDEX} puts the tensor "${name}" into ${shard}, and ${path} has no such file.`);
        }
        const file = await openFile(shard);
        if (!file.tensors.has(name)) {
          throw new Error(`${INDEX} puts the tensor "${name}" into ${shard}, which does not hold it.`);
        }
        where.set(name, file);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    folder: path,
    config,
    configText,
    files: names,
    tensors: new Map([...where].map(([name, file]) => [name, file.tensors.get(name)!])),
    read: (name) => where.get(name)!.read(name),
    close,
  };
}
