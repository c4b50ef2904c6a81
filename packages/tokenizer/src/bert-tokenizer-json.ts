/** The content of a Hugging Face tokenizer.json. */
// biome-ignore lint/suspicious/noExplicitAny: many kinds of tokenizers, read part by part.
export type TokenizerJson = Record<string, any>;

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/**
 * The tokenizer.json of a BERT WordPiece vocabulary: BERT's normaliser and pre-tokeniser, greedy longest-match WordPiece,
 * `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]` with types 0 and 1.
 *
 * @param vocabulary the pieces in the order of their ids, as the lines of vocab.txt.
 * @param options.lowercase lower-case the text and strip its accents (BERT "uncased"; true unless told).
 * @throws when [UNK], [CLS] or [SEP] is missing, or a piece occurs twice.
 */
export function bertTokenizerJson(
  vocabulary: readonly string[],
  { lowercase = true }: { lowercase?: boolean } = {},
): TokenizerJson {
  const ids = new Map<string, number>();
  vocabulary.forEach((piece, id) => {
    if (ids.has(piece))
      throw new Error(`The vocabulary has ${JSON.stringify(piece)} twice, as ids ${ids.get(piece)} and ${id}.`);
    ids.set(piece, id);
  });
  for (const token of ['[UNK]', '[CLS]', '[SEP]']) {
    if (!ids.has(token))
      throw new Error(`A BERT vocabulary needs ${token}; this one of ${vocabulary.length} pieces has none.`);
  }
  const special = (token: string, type: number) => ({ SpecialToken: { id: token, type_id: type } });
  const sequence = (name: string, type: number) => ({ Sequence: { id: name, type_id: type } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.filter((token) => ids.has(token)).map((content) => ({
      id: ids.get(content)!,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)],
      pair: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0), sequence('B', 1), special('[SEP]', 1)],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [ids.get(token)!], tokens: [token] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  };
}
