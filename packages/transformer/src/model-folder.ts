import { openSafetensors, type SafetensorsFile, type StoredTensor, type TensorInfo } from '@interlayer/safetensors';
import type { RawConfig } from './config-field';

/** An open model folder in the hub's layout. */
export interface ModelFolder {
  folder: string;
  config: RawConfig;
  /** config.json as it stands. */
  configText: string;
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

/**
 * Opens the folder of a model: config.json, and model.safetensors or the shards that model.safetensors.index.json lists.
 * @throws Error that says what is missing or malformed, and what to do.
 */
export async function openModelFolder(folder: string): Promise<ModelFolder> {
  const { readdir, readFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  if (/^[a-z][a-z+.-]+:\/\//i.test(folder)) {
    throw new Error(
      `"${folder}" is an address. Models are read from folders: download its files, then give their folder.`,
    );
  }
  const files = await readdir(folder).catch((cause) => {
    throw new Error(
      `"${folder}" is no folder that can be read (${cause.code}). Give the folder of a model, with config.json.`,
      {
        cause,
      },
    );
  });
  const json = async (name: string) => {
    const text = await readFile(join(folder, name), 'utf8');
    try {
      return { text, value: JSON.parse(text) };
    } catch (cause) {
      throw new Error(`${join(folder, name)} is not JSON: ${(cause as Error).message}`, { cause });
    }
  };
  if (!files.includes('config.json')) {
    throw new Error(`${folder} has no config.json. It has: ${files.sort().join(', ') || 'no files'}.`);
  }
  const { text: configText, value: config } = await json('config.json');
  if (!files.includes(WEIGHTS) && !files.includes(INDEX)) {
    if (files.some((name) => name.startsWith('pytorch_model'))) throw new Error(conversion(folder));
    throw new Error(`${folder} has neither ${WEIGHTS} nor ${INDEX}. It has: ${files.sort().join(', ')}.`);
  }

  const open = new Map<string, SafetensorsFile>();
  const close = async () => {
    for (const file of open.values()) await file.close();
  };
  const where = new Map<string, string>();
  try {
    if (files.includes(WEIGHTS)) {
      const file = await openSafetensors(join(folder, WEIGHTS));
      open.set(WEIGHTS, file);
      for (const name of file.tensors.keys()) where.set(name, WEIGHTS);
    } else {
      const shardOf = (await json(INDEX)).value?.weight_map;
      if (typeof shardOf !== 'object' || shardOf === null) {
        throw new Error(`${join(folder, INDEX)} has no "weight_map", an object from tensor names to files.`);
      }
      for (const [name, shard] of Object.entries<string>(shardOf)) {
        if (!files.includes(shard)) {
          throw new Error(`${INDEX} puts the tensor "${name}" into ${shard}, and ${folder} has no such file.`);
        }
        if (!open.has(shard)) open.set(shard, await openSafetensors(join(folder, shard)));
        if (!open.get(shard)!.tensors.has(name)) {
          throw new Error(`${INDEX} puts the tensor "${name}" into ${shard}, which does not hold it.`);
        }
        where.set(name, shard);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  const fileOf = (name: string) => open.get(where.get(name)!)!;
  return {
    folder,
    config,
    configText,
    tensors: new Map([...where.keys()].map((name) => [name, fileOf(name).tensors.get(name)!])),
    read: (name) => fileOf(name).read(name),
    close,
  };
}
