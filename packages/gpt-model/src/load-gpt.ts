import {
  architecturesField,
  folderTokenizer,
  loadWeights,
  type NameRules,
  openModelFolder,
  plainConfig,
  requireHeldSizes,
  type SaveOptions,
  saveWeights,
  type TokenizerChoice,
} from '@interlayer/model-files';
import type { Tokenizer } from '@interlayer/tokenizer';
import { requireBackend } from '@interlayer/transformer';
import { configJson, extensions, type GptConfig, gptConfig, sizeFields } from './config';
import { assembleGpt, type GptModel } from './gpt';
import { gptParameters } from './parameters';

export interface LoadGptOptions {
  /** A tokenizer, the folder of one, or false for none. Default: that of the model's own folder. */
  tokenizer?: TokenizerChoice;
}

export interface LoadedGpt {
  /** Without a readout where the file has none and none is tied; `withHead(true)` makes sure of it. */
  model: GptModel;
  /** Undefined when neither the folder nor the options have one. */
  tokenizer: Tokenizer | undefined;
}

const READOUT = 'lm_head.weight';

const nameRules = (config: GptConfig): NameRules => ({
  canonical: (stored) => (/^(transformer|lm_head)\./.test(stored) ? stored : `transformer.${stored}`),
  ignored: /(^|\.)h\.\d+\.attn\.(masked_)?bias$/,
  ties: config.tie_word_embeddings ? { [READOUT]: 'transformer.wte.weight' } : {},
});

/**
 * Loads a GPT-2 from a folder in the hub's layout (config.json; model.safetensors, or its shards and their index), with or
 * without the prefix `transformer.`, in F32, F16 or BF16 (widened to float32).
 * @throws Error that names the field, tensor, token or file that is missing, unexpected or not supported, and what to do;
 *   when no backend is started.
 */
export async function loadGpt(folder: string, options: LoadGptOptions = {}): Promise<LoadedGpt> {
  requireBackend();
  const files = await openModelFolder(folder);
  try {
    requireHeldSizes(files.config, sizeFields, files);
    const config = gptConfig(files.config);
    const [architecture] = architecturesField(plainConfig(files.config));
    const head = config.tie_word_embeddings || architecture !== 'GPT2Model' || files.tensors.has(READOUT);
    const tokenizer = await folderTokenizer(folder, options.tokenizer, config.vocab_size);
    const { weights, origin } = await loadWeights(files, gptParameters(config, { head }), nameRules(config));
    return { model: assembleGpt(config, weights, origin), tokenizer };
  } finally {
    await files.close();
  }
}

/**
 * Saves a GPT-2 as a folder that {@link loadGpt} and the hub's tools read: under the names that the weights were loaded
 * under, with config.json and tokenizer files copied. What is loaded and saved in one format is the same bytes, tensor by
 * tensor; the causal masks that some files hold are not written. A view saves all layers, in the order of the file. A model
 * with blocks, skips or the final LayerNorm left out is saved under a `model_type` that other tools refuse, since they would
 * compute other numbers.
 */
export async function saveGpt(model: GptModel, folder: string, options: SaveOptions = {}): Promise<void> {
  const { config, weights, origin, readout } = model;
  const content = {
    config: configJson(config, readout !== undefined),
    extended: Object.keys(extensions(config)).length > 0,
    origin,
  };
  await saveWeights(folder, weights, { ...content, ...options });
}
