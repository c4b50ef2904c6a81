import {
  architecturesField,
  folderTokenizer,
  loadWeights,
  type ModelFolder,
  type NameRules,
  openModelFolder,
  requireHeldSizes,
  type SaveOptions,
  saveWeights,
  type TokenizerChoice,
} from '@interlayer/model-files';
import type { Tokenizer } from '@interlayer/tokenizer';
import { requireBackend } from '@interlayer/transformer';
import { configJson, type LlamaConfig, llamaConfig, sizeFields } from './config';
import { openGgufModel } from './gguf';
import { assembleLlama, type LlamaModel } from './llama';
import { openLlama2c } from './llama2c';
import { llamaParameters } from './parameters';

export interface LoadLlamaOptions {
  /** A tokenizer, the folder of one, or false for none. Default: that of the model's own folder or file. */
  tokenizer?: TokenizerChoice;
}

export interface LoadedLlama {
  /** Without a readout where the file has none and none is tied; `withHead(true)` makes sure of it. */
  model: LlamaModel;
  /** Undefined when neither the folder or file nor the options have one. */
  tokenizer: Tokenizer | undefined;
}

const READOUT = 'lm_head.weight';

const nameRules = (config: LlamaConfig): NameRules => ({
  canonical: (stored) => (/^(model|lm_head)\./.test(stored) ? stored : `model.${stored}`),
  ignored: /(^|\.)rotary_emb\.inv_freq$/,
  ties: config.tie_word_embeddings ? { [READOUT]: 'model.embed_tokens.weight' } : {},
});

/** A file that holds a model by itself, and perhaps its tokenizer. */
interface SingleFile extends ModelFolder {
  /** @throws Error when the tokenizer is not supported. */
  ownTokenizer?(): Tokenizer;
}

/** Such files by how their names end: each is opened as if it were a folder of the hub. */
const singleFiles = new Map<string, (path: string) => Promise<SingleFile>>([
  ['bin', openLlama2c],
  ['gguf', openGgufModel],
]);

/**
 * Loads a Llama from a folder in the hub's layout (config.json; model.safetensors, or its shards and their index), with or
 * without the prefix `model.`, in F32, F16 or BF16 (widened to float32); from a `.gguf` file, with the tokenizer in it; or from a `.bin` file of
 * llama2.c.
 * @throws Error that names the field, tensor, token or file that is missing, unexpected or not supported, and what to do;
 *   when no backend is started.
 */
export async function loadLlama(path: string, options: LoadLlamaOptions = {}): Promise<LoadedLlama> {
  requireBackend();
  const openFile = singleFiles.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
  const files: SingleFile = await (openFile ?? openModelFolder)(path);
  try {
    requireHeldSizes(files.config, sizeFields, files);
    const config = llamaConfig(files.config);
    const [architecture] = architecturesField(files.config);
    const head = config.tie_word_embeddings || architecture !== 'LlamaModel' || files.tensors.has(READOUT);
    const choice = options.tokenizer ?? (openFile ? (files.ownTokenizer?.() ?? false) : undefined);
    const tokenizer = await folderTokenizer(path, choice, config.vocab_size);
    const { weights, origin } = await loadWeights(files, llamaParameters(config, { head }), nameRules(config));
    return { model: assembleLlama(config, weights, openFile ? undefined : origin), tokenizer };
  } finally {
    await files.close();
  }
}

/**
 * Saves a Llama as a folder that {@link loadLlama} and the hub's tools read: under the names that the weights were loaded
 * under, with config.json and tokenizer files copied. What is loaded and saved in one format is the same bytes, tensor by
 * tensor. A view saves all layers, in the order of the file.
 */
export async function saveLlama(model: LlamaModel, folder: string, options: SaveOptions = {}): Promise<void> {
  const { config, weights, origin, readout } = model;
  await saveWeights(folder, weights, { config: configJson(config, readout !== undefined), origin, ...options });
}
