import { specialToken } from './added-tokens';
import type { TokenizerJson } from './tokenizer-json';

export interface BertTokenizerOptions {
  /** Whether to lower-case the text, as "uncased" models do. Default: true. */
  lowercase?: boolean;
  /** Whether to strip accents. Default: the value of `lowercase`. */
  stripAccents?: boolean;
  /** Whether each Chinese character is a word. Default: true. */
  splitChineseCharacters?: boolean;
  /** Whether to put `[CLS]` and `[SEP]` around texts; a causal model needs false. Default: true. */
  addSpecialTokens?: boolean;
  /** The spelling of the special tokens. Default: `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]` and `[MASK]`. */
  special?: Partial<Record<'pad' | 'unk' | 'cls' | 'sep' | 'mask', string>>;
}

/**
 * Creates the tokenizer.json of a BERT vocabulary: BERT's normaliser and pre-tokenizer, WordPiece, and the templates
 * `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]` with types 0 and 1.
 *
 * @param vocabulary the pieces in the order of their ids, as in the lines of vocab.txt.
 * @throws when [UNK], [CLS] or [SEP] is missing, or a piece occurs twice.
 */
export function bertTokenizerJson(
  vocabulary: readonly string[],
  {
    lowercase = true,
    stripAccents,
    splitChineseCharacters = true,
    addSpecialTokens = true,
    special = {},
  }: BertTokenizerOptions = {},
): TokenizerJson {
  const { pad = '[PAD]', unk = '[UNK]', cls = '[CLS]', sep = '[SEP]', mask = '[MASK]' } = special;
  const ids = new Map<string, number>();
  vocabulary.forEach((piece, id) => {
    if (ids.has(piece))
      throw new Error(`The vocabulary has ${JSON.stringify(piece)} twice, as ids ${ids.get(piece)} and ${id}.`);
    ids.set(piece, id);
  });
  for (const token of [unk, cls, sep]) {
    if (!ids.has(token))
      throw new Error(`A BERT vocabulary needs ${token}; this one of ${vocabulary.length} pieces has none.`);
  }
  const templateToken = (token: string, type: number) => ({ SpecialToken: { id: token, type_id: type } });
  const sequence = (name: string, type: number) => ({ Sequence: { id: name, type_id: type } });
  const template = {
    type: 'TemplateProcessing',
    single: [templateToken(cls, 0), sequence('A', 0), templateToken(sep, 0)],
    pair: [templateToken(cls, 0), sequence('A', 0), templateToken(sep, 0), sequence('B', 1), templateToken(sep, 1)],
    special_tokens: Object.fromEntries(
      [cls, sep].map((token) => [token, { id: token, ids: [ids.get(token)!], tokens: [token] }]),
    ),
  };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [pad, unk, cls, sep, mask]
      .filter((token) => ids.has(token))
      .map((content) => specialToken(ids.get(content)!, content)),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: splitChineseCharacters,
      strip_accents: stripAccents ?? null,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: addSpecialTokens ? template : null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: unk,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  };
}
