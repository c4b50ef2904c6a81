import { type AddedToken, isNormalized } from './added-tokens';
import { aligned } from './aligned-text';
import { type BatchEncoding, createBatchEncoding, type PaddingOptions } from './batch-encoding';
import { cleanUp, createDecoder } from './decoder';
import { createEncoding, type Encoding } from './encoding';
import { createModel } from './models/model';
import { createNormalizer } from './normalizer';
import { createPostProcessor, type Placed } from './post-processor';
import { createPreTokenizer } from './pre-tokenizer';
import { namedSpecialTokens, type SpecialIds, specialIds } from './special-tokens';
import { createTextEncoder } from './text-encoder';
import type { Token } from './token';
import type { TokenizerJson } from './tokenizer-json';
import { type Truncation, truncatedLengths } from './truncation';
import { createVocabulary } from './vocabulary';

export interface EncodeOptions {
  /** The second text of a pair. */
  pair?: string;
  /** Upper bound of the number of tokens, special tokens counted. No truncation unless given. */
  maxLength?: number;
  /** Which text of a pair is cut; `'longest_first'` unless given. Tokens are cut at the end. */
  truncation?: Truncation;
  /** Whether to add the special tokens of the model, [CLS] and [SEP] say; true unless given. */
  addSpecialTokens?: boolean;
}

export type EncodeBatchOptions = Omit<EncodeOptions, 'pair'> & PaddingOptions;

export interface Tokenizer {
  /** One more than the largest id: the rows that an embedding needs. */
  readonly vocabularySize: number;
  /** Every id that has a token, ascending; fewer than `vocabularySize` where the ids have gaps. */
  readonly ids: readonly number[];
  /** Ids of the special tokens by what they are for. */
  readonly special: SpecialIds;
  /** Ids of all special tokens, ascending. */
  readonly specialIds: readonly number[];
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /** Splits text into the words that the model sees (normalised; byte-level models: in their byte alphabet). */
  words(text: string): string[];
  /** @throws when a character has no token and the tokenizer no unknown token, or `maxLength` leaves no room. */
  encode(text: string, options?: EncodeOptions): Encoding;
  /** Encodes texts or pairs of texts into one padded batch. */
  encodeBatch(texts: readonly (string | readonly [string, string])[], options?: EncodeBatchOptions): BatchEncoding;
  /**
   * The text of tokens; with `skipSpecialTokens` without the special ones.
   * @throws when an id has no token.
   */
  decode(ids: ArrayLike<number>, options?: { skipSpecialTokens?: boolean }): string;
}

/** The added tokens of tokenizer.json, with those of tokenizer_config.json, which says more of the same token. */
function addedTokens(json: TokenizerJson, config: Record<string, unknown>): AddedToken[] {
  const added = new Map<string, AddedToken>();
  for (const token of (json.added_tokens ?? []) as AddedToken[]) added.set(token.content, token);
  for (const [id, token] of Object.entries((config.added_tokens_decoder ?? {}) as Record<string, AddedToken>))
    added.set(token.content, { ...added.get(token.content), ...token, id: Number(id) });
  return [...added.values()].filter(({ content }) => content !== '');
}

/**
 * A tokenizer from the content of Hugging Face's tokenizer.json: models WordPiece, WordLevel, BPE and Unigram. Ids and
 * offsets are those of the Rust library `tokenizers`. `truncation` and `padding` in tokenizer.json are ignored: give options.
 *
 * @param tokenizerConfig the content of tokenizer_config.json: names of the special tokens, `added_tokens_decoder`,
 *   `clean_up_tokenization_spaces`.
 * @throws when a part is of a kind that is not supported, or the ids of added tokens contradict the vocabulary.
 */
export function createTokenizer(
  tokenizerJson: TokenizerJson,
  tokenizerConfig: Record<string, unknown> = {},
): Tokenizer {
  const added = addedTokens(tokenizerJson, tokenizerConfig);
  const model = createModel(tokenizerJson.model ?? {});
  const normalize = createNormalizer(tokenizerJson.normalizer);
  const matchedText = (token: AddedToken) =>
    isNormalized(token) ? normalize(aligned(token.content)).text : token.content;
  const { idOf, tokenOf, ids } = createVocabulary(model.vocabulary, added, matchedText);
  const preTokenize = createPreTokenizer(tokenizerJson.pre_tokenizer);
  const postProcess = createPostProcessor(tokenizerJson.post_processor);
  const decodeTokens = createDecoder(tokenizerJson.decoder);
  const encodeText = createTextEncoder({
    json: tokenizerJson,
    normalize,
    preTokenize,
    model,
    added,
    matchedText,
    tokenOf: (id) => tokenOf(id)!,
  });

  const special = specialIds(idOf, tokenizerConfig);
  // As transformers has it for BERT; the Rust library alone does not look across tokens.
  const cleans =
    tokenizerConfig.clean_up_tokenization_spaces ??
    (tokenizerJson.decoder?.type === 'WordPiece' && tokenizerJson.decoder.cleanup !== false);
  const declared = [
    ...added.filter((token) => token.special).map(({ id }) => id),
    ...namedSpecialTokens(tokenizerConfig).flatMap((token) => idOf(token) ?? []),
  ];

  function encodePair(text: string, pair: string | undefined, options: EncodeOptions): Placed[] {
    const { maxLength, truncation = 'longest_first', addSpecialTokens = true } = options;
    let first = encodeText(text);
    let second = pair === undefined ? undefined : encodeText(pair);
    if (maxLength !== undefined) {
      const overhead = postProcess([], second && [], addSpecialTokens).length;
      if (!Number.isInteger(maxLength) || maxLength < Math.max(1, overhead)) {
        throw new Error(
          `maxLength must be an integer of at least ${Math.max(1, overhead)} (the special tokens count); it is ${maxLength}.`,
        );
      }
      // As the Rust library has it, each text alone is cut to `maxLength` before the two are compared.
      const longest = truncation === 'longest_first' ? maxLength : Number.POSITIVE_INFINITY;
      const lengthOf = (tokens: Token[]) => Math.min(tokens.length, longest);
      const [n, m] = truncatedLengths(lengthOf(first), second && lengthOf(second), maxLength - overhead, truncation);
      first = first.slice(0, n);
      second = second?.slice(0, m);
    }
    return postProcess(first, second, addSpecialTokens);
  }

  return {
    vocabularySize: (ids.at(-1) ?? -1) + 1,
    ids,
    special,
    specialIds: [...new Set([...declared, ...Object.values(special)])].sort((a, b) => a - b),
    tokenToId: idOf,
    idToToken: tokenOf,
    words: (text) => preTokenize(normalize(aligned(text))).map((word) => word.text),
    encode: (text, options = {}) => createEncoding(encodePair(text, options.pair, options), (id) => tokenOf(id)!),
    encodeBatch: (texts, { padId = special.pad ?? special.eos, ...options } = {}) =>
      createBatchEncoding(
        texts.map((text) =>
          typeof text === 'string' ? encodePair(text, undefined, options) : encodePair(...text, options),
        ),
        { padId, ...options },
      ),
    decode(ids, { skipSpecialTokens = false } = {}) {
      const skipped = new Set(skipSpecialTokens ? declared : []);
      const tokens = Array.from(ids, (id) => {
        const token = tokenOf(id);
        if (token === undefined) throw new Error(`Cannot decode ${id}: no token of this vocabulary has that id.`);
        return skipped.has(id) ? [] : [token];
      }).flat();
      const text = decodeTokens(tokens).join('');
      return cleans ? cleanUp(text) : text;
    },
  };
}
