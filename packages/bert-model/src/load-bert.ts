import {
  canonicalNames,
  folderTokenizer,
  loadWeights,
  type NameRules,
  openModelFolder,
  requireHeldSizes,
  type SaveOptions,
  saveWeights,
  type TokenizerChoice,
} from '@interlayer/model-files';
import type { Tokenizer } from '@interlayer/tokenizer';
import { requireBackend } from '@interlayer/transformer';
import { assembleBert, type BertModel } from './bert';
import {
  architectureHeads,
  type BertConfig,
  type BertHead,
  bertConfig,
  completeHeads,
  configJson,
  extensions,
  sizeFields,
} from './config';
import { bertParameters } from './parameters';

export interface LoadBertOptions {
  /** A tokenizer, the folder of one, or false for none. Default: that of the model's own folder. */
  tokenizer?: TokenizerChoice;
}

export interface LoadedBert {
  model: BertModel;
  /** Undefined when neither the folder nor the options have one. */
  tokenizer: Tokenizer | undefined;
}

/**
 * Tied, the decoder's bias has two names in one; transformers 4 ties it always. Untied in transformers 5, the decoder reads
 * `cls.predictions.decoder.bias`, and `cls.predictions.bias` is a parameter that nothing reads.
 */
const BIAS = 'cls.predictions.bias';
const DECODER_BIAS = 'cls.predictions.decoder.bias';

function nameRules(config: BertConfig, stored: Iterable<string>): NameRules {
  const tied = config.tie_word_embeddings;
  const unread = !tied && [...stored].includes(DECODER_BIAS);
  return {
    canonical(name) {
      const spelled = name
        .replace(/\bLayerNorm\.gamma$/, 'LayerNorm.weight')
        .replace(/\bLayerNorm\.beta$/, 'LayerNorm.bias');
      return /^(bert|cls|classifier)\./.test(spelled) ? spelled : `bert.${spelled}`;
    },
    ignored: /(^|\.)embeddings\.(position_ids|token_type_ids)$/,
    // Nothing here runs the head of next-sentence prediction.
    carried: unread ? /^cls\.(seq_relationship\.|predictions\.bias$)/ : /^cls\.seq_relationship\./,
    ties: tied
      ? { 'cls.predictions.decoder.weight': 'bert.embeddings.word_embeddings.weight', [DECODER_BIAS]: BIAS }
      : { [BIAS]: DECODER_BIAS },
  };
}

/** The heads of which a weight is among these names. */
function headsOf(names: readonly string[]): BertHead[] {
  const prefixes = { mlm: 'cls.predictions.', pooler: 'bert.pooler.', classifier: 'classifier.' } as const;
  return (Object.keys(prefixes) as BertHead[]).filter((head) => names.some((name) => name.startsWith(prefixes[head])));
}

/**
 * Loads a BERT from a folder in the hub's layout (config.json; model.safetensors, or its shards and their index), under
 * the names of any of the hub's spellings, in F32, F16 or BF16 (widened to float32). It has the heads that the config's
 * architecture names and those whose weights the file holds.
 * @throws Error that names the field, tensor, token or file that is missing, unexpected or not supported, and what to do;
 *   when no backend is started.
 */
export async function loadBert(folder: string, options: LoadBertOptions = {}): Promise<LoadedBert> {
  requireBackend();
  const files = await openModelFolder(folder);
  try {
    requireHeldSizes(files.config, sizeFields, files);
    const config = bertConfig(files.config);
    const rules = nameRules(config, files.tensors.keys());
    const heads = completeHeads([
      ...architectureHeads(files.config),
      ...headsOf([...canonicalNames(files, rules).keys()]),
    ]);
    const tokenizer = await folderTokenizer(folder, options.tokenizer, config.vocab_size);
    const { weights, origin } = await loadWeights(files, bertParameters(config, heads), rules);
    return { model: assembleBert(config, weights, heads, origin), tokenizer };
  } finally {
    await files.close();
  }
}

/**
 * Saves a BERT as a folder that {@link loadBert} and the hub's tools read: under the names that the weights were loaded
 * under, with config.json and tokenizer files copied. What is loaded and saved in one format is the same bytes, tensor by
 * tensor; position_ids and the like are not written. A view saves all layers, in the order of the file. A model with blocks
 * or skips left out is saved under a `model_type` that other tools refuse, since they would compute other numbers.
 */
export async function saveBert(model: BertModel, folder: string, options: SaveOptions = {}): Promise<void> {
  const { config, weights, origin } = model;
  // Untied, every version of transformers finds the bias under the name that it reads.
  const copies: Record<string, string> =
    DECODER_BIAS in weights ? { [BIAS]: DECODER_BIAS, [DECODER_BIAS]: DECODER_BIAS } : {};
  await saveWeights(folder, weights, {
    config: configJson(config, headsOf(Object.keys(weights))),
    extended: Object.keys(extensions(config)).length > 0,
    origin,
    copies,
    ...options,
  });
}
