import type { Tokenizer } from '@interlayer/tokenizer';
import {
  folderTokenizer,
  loadWeights,
  type NameRules,
  openModelFolder,
  type SaveOptions,
  saveWeights,
} from '@interlayer/transformer';
import { configJson, type GptConfig, gptConfig } from './config';
import { assembleGpt, type GptModel } from './gpt';
import { gptParameters } from './parameters';
import type { GptPoint } from './points';

export interface FromPretrainedOptions {
  /** A tokenizer, or the folder of one, when the model's own folder has none. */
  tokenizer?: string | Tokenizer;
}

export interface PretrainedGpt {
  model: GptModel;
  /** Undefined when neither the folder nor the options have one. */
  tokenizer: Tokenizer | undefined;
  points: readonly GptPoint[];
}

const nameRules = (config: GptConfig): NameRules => ({
  canonical: (stored) => (/^(transformer|lm_head)\./.test(stored) ? stored : `transformer.${stored}`),
  ignored: /(^|\.)h\.\d+\.attn\.(masked_)?bias$/,
  ties: config.tie_word_embeddings ? { 'lm_head.weight': 'transformer.wte.weight' } : {},
});

/**
 * Loads a GPT-2 from a folder in the hub's layout (config.json; model.safetensors, or its shards and their index), with or
 * without the prefix `transformer.`, in F32, F16 or BF16 (widened to float32).
 * @throws Error that names the field, tensor or file that is missing, unexpected or not supported, and what to do.
 */
export async function fromPretrained(folder: string, options: FromPretrainedOptions = {}): Promise<PretrainedGpt> {
  const files = await openModelFolder(folder);
  try {
    const config = gptConfig(files.config);
    const tokenizer = await folderTokenizer(folder, options.tokenizer);
    const { weights, origin } = await loadWeights(files, gptParameters(config), nameRules(config));
    const model = assembleGpt(config, weights, origin);
    return { model, tokenizer, points: model.points };
  } finally {
    await files.close();
  }
}

/**
 * Saves a GPT-2 as a folder that {@link fromPretrained} and the hub's tools read: under the names that the weights were
 * loaded under, with config.json and tokenizer files copied. What was loaded in a format and is saved in it is the same
 * bytes, tensor by tensor; the causal masks that some files hold are not written. A view saves all layers, in the order
 * of the file.
 */
export async function savePretrained(model: GptModel, folder: string, options: SaveOptions = {}): Promise<void> {
  await saveWeights(folder, model.weights, { config: configJson(model.config), origin: model.origin, ...options });
}
