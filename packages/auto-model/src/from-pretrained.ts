import type { BertModel } from '@interlayer/bert-model';
import type { GptModel } from '@interlayer/gpt-model';
import type { HubFolderOptions } from '@interlayer/hub-cache';
import type { LlamaModel } from '@interlayer/llama-model';
import { readConfig, rowsWithoutToken, type TokenizerChoice } from '@interlayer/model-files';
import type { EncodeBatchOptions, Tokenizer } from '@interlayer/tokenizer';
import { requireBackend } from '@interlayer/transformer';
import { platform } from '#platform';
import { type EncodedTexts, encodeTexts, type Texts } from './encode-texts';
import { type Family, families, familyOf } from './family';

export interface FromPretrainedOptions {
  /** Of a model on the hub: a branch, a tag or a commit. Default: main. */
  revision?: string;
  /**
   * A tokenizer, the folder of one, or false for none. Default: that of the model's own folder, or in a folder without
   * tokenizer.json that of its `.gguf` file.
   */
  tokenizer?: TokenizerChoice;
  /** How a model on the hub is downloaded: cache, endpoint, token, progress. Default: as Python's libraries do. */
  hub?: Omit<HubFolderOptions, 'revision' | 'files' | 'inspect'>;
}

interface Loaded<F extends Family, Model> {
  /** The `model_type` of its config; it tells the types of models apart. */
  family: F;
  model: Model;
  /** Undefined when neither the folder nor the options have one. */
  tokenizer: Tokenizer | undefined;
  /**
   * Texts as the inputs of the model. The tensors belong to the tidy around the call, or else to the caller.
   * @throws Error when there is no tokenizer.
   */
  encode(texts: Texts, options?: EncodeBatchOptions): EncodedTexts;
  /** Rows of the vocabulary that no token of the tokenizer has; `withoutRows` of transformer leaves them out of an argmax. */
  rowsWithoutToken: readonly number[];
  /** Where its files lie: a folder, or a `.gguf` file. */
  folder: string;
  /** Of a model on the hub: the commit of its files. */
  commit?: string;
}

/** A model of one of the supported families. */
export type AutoModel = Loaded<'bert', BertModel> | Loaded<'gpt2', GptModel> | Loaded<'llama', LlamaModel>;

/**
 * Loads a model and its tokenizer: from a folder in the hub's layout, from a `.gguf` file of a Llama, or by its name on the
 * hub, whose files are downloaded once into the cache that Python's libraries use. The config says which family it belongs to.
 *
 * @param name a folder, a `.gguf` file, or `owner/name` on the hub; a folder of that name comes first. A folder without
 *   config.json may hold one `.gguf` file.
 * @throws Error that names the architecture when it is not supported, before weights are downloaded; what is missing or
 *   malformed; when no backend is started. HubError when the hub cannot give the files.
 */
export async function fromPretrained(name: string, options: FromPretrainedOptions = {}): Promise<AutoModel> {
  requireBackend();
  const { folder, commit, tokenizer: choice } = await folderOf(name, options);
  const family = isGguf(folder) ? 'llama' : familyOf(await readConfig(folder), name);
  const { model, tokenizer } = await families[family].load(folder, { tokenizer: choice });
  return {
    family,
    model,
    tokenizer,
    encode(texts, encodeOptions) {
      if (tokenizer) return encodeTexts(tokenizer, family, texts, encodeOptions);
      throw new Error(`${name} has no tokenizer. Give the folder of one: fromPretrained(name, { tokenizer: folder }).`);
    },
    rowsWithoutToken: tokenizer ? rowsWithoutToken(tokenizer, model.config.vocab_size) : [],
    folder,
    ...(commit !== undefined && { commit }),
  } as AutoModel;
}

const isGguf = (path: string) => /\.gguf$/i.test(path);

/** Where the files of a model lie, and what its tokenizer is: undefined for that of its own folder or file. */
interface Place extends Pick<FromPretrainedOptions, 'tokenizer'> {
  folder: string;
  commit?: string;
}

async function folderOf(name: string, { revision, tokenizer, hub }: FromPretrainedOptions): Promise<Place> {
  const names = await platform.namesIn(name);
  if (names || isGguf(name)) {
    if (revision === undefined) return names ? modelIn(name, names, tokenizer) : { folder: name, tokenizer };
    throw new Error(`"${name}" is a ${names ? 'folder' : 'file'}, so it has no revision "${revision}".`);
  }
  if (!/^[\w-][\w.-]*\/[\w.-]+$/.test(name)) {
    throw new Error(`"${name}" is neither a folder nor the name of a model on the hub, which is owner/name.`);
  }
  const { folder, commit } = await platform.hubFolder(name, {
    ...hub,
    revision,
    // Weights can take hours; whether they will load is known before.
    inspect: async (folder) => void familyOf(await readConfig(folder), name),
  });
  return { folder, commit, tokenizer };
}

/** The folder itself, or the one GGUF file in it if it has no config.json; a tokenizer.json beside that comes first. */
function modelIn(folder: string, names: readonly string[], choice: FromPretrainedOptions['tokenizer']): Place {
  const files = names.filter(isGguf).sort();
  if (names.includes('config.json') || files.length === 0) return { folder, tokenizer: choice };
  const tokenizer = choice ?? (names.includes('tokenizer.json') ? folder : undefined);
  if (files.length === 1) return { folder: `${folder}/${files[0]}`, tokenizer };
  throw new Error(
    `${folder} has no config.json, and ${files.length} GGUF files: ${files.join(', ')}. Give the path of one.`,
  );
}
