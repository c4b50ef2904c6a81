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
import { requireSettings, requireTokenizerJson } from './tokenizer-schema';
import { type Truncation, truncatedLengths } from './truncation';
import { createVocabulary } from './vocabulary';

export interface EncodeOptions {
  /** The second text of a pair. */
  pair?: string;
  /** The largest number of tokens, special tokens included. Default: no truncation. */
  maxLength?: number;
  /** Which text of a pair is cut, at its end. Default: `'longest_first'`. */
  truncation?: Truncation;
  /** Whether to add the model's special tokens, such as [CLS] and [SEP]. Default: true. */
  addSpecialTokens?: boolean;
}

export type EncodeBatchOptions = Omit<EncodeOptions, 'pair'> & PaddingOptions;

export interface Tokenizer {
  /** One more than the largest id: the number of rows that an embedding needs. */
  readonly vocabularySize: number;
  /** All ids that have a token, ascending. There are fewer than `vocabularySize` if the ids have gaps. */
  readonly ids: readonly number[];
  /** Ids of the special tokens, by role. */
  readonly special: SpecialIds;
  /** Ids of all special tokens, ascending. */
  readonly specialIds: readonly number[];
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /**
   * Splits a text into the words that the model sees: normalised, and in the byte alphabet if the model is byte-level.
   */
  words(text: string): string[];
  /** @throws when a character has no token and there is no unknown token, or when `maxLength` leaves no room. */
  encode(text: string, options?: EncodeOptions): Encoding;
  /** Encodes texts or pairs of texts into one padded batch. */
  encodeBatch(texts: readonly (string | readonly [string, string])[], options?: EncodeBatchOptions): BatchEncoding;
  /**
   * Turns ids back into text, leaving out special tokens with `skipSpecialTokens`.
   * @throws when an id has no token.
   */
  decode(ids: ArrayLike<number>, options?: { skipSpecialTokens?: boolean }): string;
}

/** The added tokens of tokenizer.json and tokenizer_config.json; the flags in the latter take precedence. */
function addedTokens(json: TokenizerJson, config: Record<string, unknown>): AddedToken[] {
  const added = new Map<string, AddedToken>();
  for (const token of (json.added_tokens ?? []) as AddedToken[]) added.set(token.content, token);
  for (const [id, token] of Object.entries((config.added_tokens_decoder ?? {}) as Record<string, AddedToken>))
    added.set(token.content, { ...added.get(token.content), ...token, id: Number(id) });
  return [...added.values()].filter(({ content }) => content !== '');
}

/**
 * Creates a tokenizer from the content of Hugging Face's tokenizer.json, with a model of type WordPiece, WordLevel, BPE or
 * Unigram. Ids and offsets equal those of the Rust library `tokenizers`. `truncation` and `padding` in tokenizer.json are
 * ignored: pass options to `encode` and `encodeBatch` instead.
 *
 * @param tokenizerConfig the content of tokenizer_config.json; used are the names of the special tokens,
 *   `added_tokens_decoder` and `clean_up_tokenization_spaces`.
 * @throws when a part is malformed (the message has its path) or not supported, or the ids of added tokens contradict the vocabulary.
 */
export function createTokenizer(
  tokenizerJson: TokenizerJson,
  tokenizerConfig: Record<string, unknown> = {},
): Tokenizer {
  requireTokenizerJson(tokenizerJson);
  requireSettings(tokenizerConfig);
  const added = addedTokens(tokenizerJson, tokenizerConfig);
  const model = createModel(tokenizerJson.model);
  const normalize = createNormalizer(tokenizerJson.normalizer);
  const matchedText = (token: AddedToken) =>
    isNormalized(token) ? normalize(aligned(token.content)).text : token.content;
  const { idOf, tokenOf, ids } = createVocabulary(model.vocabulary, added, matchedText);
  const preTokenize = createPreTokenizer(tokenizerJson.pre_tokenizer);
  const postProcess = createPostProcessor(tokenizerJson.post_processor);
  for (const { id } of [...postProcess([], undefined, true), ...postProcess([], [], true)]) {
    if (tokenOf(id) === undefined)
      throw new Error(`The post-processor adds the id ${id} to each text, which no token of the vocabulary has.`);
  }
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
  // `transformers` does this for BERT; the Rust library cleans up within single tokens only.
  const cleans =
    tokenizerConfig.clean_up_tokenization_spaces ??
    (tokenizerJson.decoder?.type === 'WordPiece' && tokenizerJson.decoder.cleanup !== false);
  const declared = [
    ...added.filter((token) => token.special).map(({ id }) => id),
    ...namedSpecialTokens(tokenizerConfig).flatMap((token) => idOf(token) ?? []),
  ];

  function encodePair(text: string, pair: string | undefined, options: EncodeOptions): Placed[] {
    const { maxLength, truncation = 'longest_first', addSpecialTokens = true } = options;
    // The Rust library first cuts each text to `maxLength` on its own: what comes later need not be encoded.
    const longest = truncation === 'longest_first' ? maxLength : undefined;
    let first = encodeText(text, longest);
    let second = pair === undefined ? undefined : encodeText(pair, longest);
    if (maxLength !== undefined) {
      const overhead = postProcess([], second && [], addSpecialTokens).length;
      if (!Number.isInteger(maxLength) || maxLength < Math.max(1, overhead)) {
        throw new Error(
          `maxLength must be an integer of at least ${Math.max(1, overhead)} (special tokens included); it is ${maxLength}.`,
        );
      }
      const lengthOf = (tokens: Token[]) => Math.min(tokens.length, longest ?? Number.POSITIVE_INFINITY);
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
        if (token === undefined) throw new Error(`Cannot decode ${id}: the vocabulary has no token with that id.`);
        return skipped.has(id) ? [] : [token];
      }).flat();
      const text = decodeTokens(tokens).join('');
      return cleans ? cleanUp(text) : text;
    },
  };
}
