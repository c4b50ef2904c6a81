import { specialToken } from './added-tokens';
import type { TokenizerJson } from './tokenizer-json';

export interface ByteLevelTokenizerOptions {
  /** Whose special tokens and template to use. Default: `'gpt2'`. */
  kind?: 'gpt2' | 'roberta';
  /** Whether to put a space before each text. Default: false. */
  addPrefixSpace?: boolean;
  /** Whether to put GPT-2's `<|endoftext|>` before each text. Default: false. */
  addBosToken?: boolean;
  /** Whether to put GPT-2's `<|endoftext|>` after each text. Default: false. */
  addEosToken?: boolean;
  /** The spelling of the special tokens. Default: `<|endoftext|>` for GPT-2; `<s>`, `</s>` and so on for RoBERTa. */
  special?: Partial<Record<'bos' | 'eos' | 'unk' | 'cls' | 'sep' | 'pad' | 'mask', string>>;
}

/**
 * Creates the tokenizer.json of a byte-level BPE vocabulary, the format in which GPT-2 and RoBERTa were first published.
 *
 * @param vocabulary ids by token, as in vocab.json.
 * @param merges the merges in order, as in the lines of merges.txt.
 * @throws when the vocabulary lacks a special token of the template.
 */
export function byteLevelTokenizerJson(
  vocabulary: Readonly<Record<string, number>>,
  merges: readonly string[],
  {
    kind = 'gpt2',
    addPrefixSpace = false,
    addBosToken = false,
    addEosToken = false,
    special = {},
  }: ByteLevelTokenizerOptions = {},
): TokenizerJson {
  const names: Record<string, string> = {
    ...(kind === 'gpt2'
      ? { bos: '<|endoftext|>', eos: '<|endoftext|>', unk: '<|endoftext|>' }
      : { bos: '<s>', eos: '</s>', cls: '<s>', sep: '</s>', unk: '<unk>', pad: '<pad>', mask: '<mask>' }),
    ...Object.fromEntries(Object.entries(special).filter(([, token]) => token !== undefined)),
  };
  const idOf = (token: string): number => {
    const id = vocabulary[token];
    if (id === undefined)
      throw new Error(`The vocabulary lacks ${JSON.stringify(token)}, which the template adds to each text.`);
    return id;
  };
  const added = [...new Set(Object.values(names))]
    .filter((content) => content in vocabulary)
    .map((content) => ({ ...specialToken(vocabulary[content]!, content), lstrip: content === names.mask }))
    .sort((a, b) => a.id - b.id);
  const byteLevel = { type: 'ByteLevel', add_prefix_space: addPrefixSpace, use_regex: true };
  const sequence = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  const templateToken = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const first = addBosToken ? [names.bos!] : [];
  const last = addEosToken ? [names.eos!] : [];
  const between = (...texts: ReturnType<typeof sequence>[]) => [
    ...first.map((token) => templateToken(token, 0)),
    ...texts,
    ...last.map((token) => templateToken(token, texts.length - 1)),
  ];
  const postProcessors = {
    plain: () => ({ ...byteLevel, trim_offsets: false }),
    template: () => ({
      type: 'TemplateProcessing',
      single: between(sequence('A', 0)),
      pair: between(sequence('A', 0), sequence('B', 1)),
      special_tokens: Object.fromEntries(
        [...first, ...last].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
      ),
    }),
    roberta: () => ({
      type: 'RobertaProcessing',
      sep: [names.sep, idOf(names.sep!)],
      cls: [names.cls, idOf(names.cls!)],
      trim_offsets: true,
      add_prefix_space: addPrefixSpace,
    }),
  };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { ...byteLevel, trim_offsets: true },
    post_processor:
      postProcessors[kind === 'roberta' ? 'roberta' : addBosToken || addEosToken ? 'template' : 'plain'](),
    decoder: { ...byteLevel, trim_offsets: true },
    model: { type: 'BPE', vocab: vocabulary, merges },
  };
}
