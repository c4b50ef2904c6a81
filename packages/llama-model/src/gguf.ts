import { type GgufFile, openGguf } from '@interlayer/gguf';
import type { ModelFolder } from '@interlayer/model-files';
import type { TensorInfo } from '@interlayer/safetensors';
import { createTokenizer, ggufTokenizer, type Tokenizer } from '@interlayer/tokenizer';
import { configOfGguf } from './gguf-config';
import { hubName } from './gguf-names';
import { rowsInHalves } from './rotary-rows';

/** The tensors under the hub's names, with their names in the file. */
function renamed({ tensors }: GgufFile, path: string) {
  const stored = new Map<string, string>();
  const infos = new Map<string, TensorInfo>();
  for (const [name, { shape, offset }] of tensors) {
    const hub = hubName(name);
    if (hub === undefined) {
      const why = name === 'rope_freqs.weight' ? ' (rotary positions are computed unscaled)' : '';
      throw new Error(`${path} has the tensor "${name}", which the Llama of this package does not have${why}.`);
    }
    stored.set(hub, name);
    const byteLength = shape.reduce((product, length) => product * length, 4);
    infos.set(hub, { dtype: 'F32', shape, byteLength, offset });
  }
  return { stored, infos };
}

/**
 * Opens a GGUF file of a Llama as if it were a folder of the hub: tensors under the hub's names, their blocks turned into
 * float32 when they are read, query and key rows put into halves.
 * @throws Error that names what is not supported: another architecture, other tensors, one file of several.
 */
export async function openGgufModel(path: string): Promise<ModelFolder & { ownTokenizer(): Tokenizer }> {
  const file = await openGguf(path);
  try {
    const config = configOfGguf(file);
    const { stored, infos } = renamed(file, path);
    const heads: Record<string, number> = { q: config.num_attention_heads as number };
    heads.k = (config.num_key_value_heads ?? heads.q) as number;
    return {
      folder: path,
      config,
      configText: '',
      files: [],
      tensors: infos,
      async read(name) {
        const { shape, data } = await file.read(stored.get(name)!);
        const [, projection] = /\.(q|k)_proj\./.exec(name) ?? [];
        if (!projection) return { dtype: 'F32', shape, data };
        const [rows, columns = 1] = shape as [number, number?];
        return { dtype: 'F32', shape, data: rowsInHalves(data, rows / heads[projection]!, columns) };
      },
      ownTokenizer() {
        try {
          const { json, config } = ggufTokenizer(file.metadata);
          return createTokenizer(json, config);
        } catch (error) {
          throw new Error(
            `${path}: ${(error as Error).message} Give { tokenizer }, or { tokenizer: false } to load the model alone.`,
            { cause: error },
          );
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
