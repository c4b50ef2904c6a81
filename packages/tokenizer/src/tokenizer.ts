import { Tokenizer as Pipeline } from '@huggingface/tokenizers';
import { type AddedToken, addedTokenSplitter } from './added-tokens';
import { type AlignedText, alignNormalized } from './aligned-text';
import type { TokenizerJson } from './bert-tokenizer-json';
import { BYTE_LEVEL_SPACE, byteLevel } from './byte-level';
import { type SpecialIds, specialIds } from './special-tokens';
import type { Token } from './token';
import { type Truncation, truncatedLengths } from './truncation';

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

/** An encoded text or pair; all arrays have one entry per token. */
export interface Encoding {
  ids: number[];
  tokens: string[];
  /** Segment of the token: 0 for the first text, 1 for the second (as the model's template says). */
  types: number[];
  /** 1 for every token: padding exists in batches only. */
  mask: number[];
  /** 1 where the tokenizer added a special token, 0 where the token comes from the text. */
  specialTokensMask: number[];
  /**
   * `[start, end)` of the token in its own original text, in UTF-16 units (what `slice` takes); `[0, 0]` for an added special
   * token. Never decreasing within a text. A token that is a part of a character spans that whole character.
   */
  offsets: [start: number, end: number][];
}

export interface EncodeBatchOptions extends Omit<EncodeOptions, 'pair'> {
  /** The number of columns T, or `'longest'` (unless given) for the longest row. */
  padTo?: 'longest' | number;
  /** Where padding goes; `'right'` unless given. */
  padSide?: 'left' | 'right';
  /** Id to pad with: that of the pad token, else of the end-of-text token, unless given. */
  padId?: number;
}

/** Encoded texts as the inputs of a model: row-major [B, T]. */
export interface BatchEncoding {
  ids: Int32Array;
  /** 1 = real token, 0 = padding. */
  mask: Int32Array;
  types: Int32Array;
  shape: [batch: number, length: number];
  /** Number of real tokens of each row. */
  lengths: Int32Array;
}

export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  /** Ids of the special tokens by what they are for. */
  readonly special: SpecialIds;
  /** Ids of all special tokens, ascending. */
  readonly specialIds: readonly number[];
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /** Splits text into the words that the model sees (normalised; byte-level models: in their byte alphabet). */
  words(text: string): string[];
  encode(text: string, options?: EncodeOptions): Encoding;
  /** Encodes texts or pairs of texts into one padded batch. */
  encodeBatch(texts: readonly (string | readonly [string, string])[], options?: EncodeBatchOptions): BatchEncoding;
  /** The text of tokens; with `skipSpecialTokens` without the special ones. */
  decode(ids: ArrayLike<number>, options?: { skipSpecialTokens?: boolean }): string;
}

/** Chunks of text whose tokens are remembered; English needs a few ten thousand. */
const CACHE_LIMIT = 1 << 16;

/** Whether the last pre-tokeniser writes text in the byte-level alphabet. */
function isByteLevel(preTokenizer: TokenizerJson | null): boolean {
  if (preTokenizer?.type === 'Sequence') return isByteLevel(preTokenizer.pretokenizers?.at(-1) ?? null);
  return preTokenizer?.type === 'ByteLevel';
}

function trimsOffsets(postProcessor: TokenizerJson | null): boolean {
  if (postProcessor?.type === 'Sequence') return postProcessor.processors.some(trimsOffsets);
  return ['ByteLevel', 'RobertaProcessing'].includes(postProcessor?.type) && postProcessor!.trim_offsets === true;
}

/** Whether the post-processor makes one sequence of a pair; the byte-level one leaves pairs alone. */
function joinsPairs(postProcessor: TokenizerJson | null): boolean {
  if (postProcessor?.type === 'Sequence') return postProcessor.processors.some(joinsPairs);
  return ['TemplateProcessing', 'BertProcessing', 'RobertaProcessing'].includes(postProcessor?.type);
}

/**
 * A tokenizer of the WordPiece kind (BERT) or of byte-level BPE (GPT-2, RoBERTa, SmolLM) from the content of Hugging Face's
 * tokenizer.json. Normaliser, pre-tokeniser, model, template and decoder are those of `@huggingface/tokenizers`; offsets,
 * truncation, padding and batches are added here. `truncation` and `padding` in tokenizer.json are ignored: give options.
 *
 * @param tokenizerConfig the content of tokenizer_config.json: names of the special tokens, `clean_up_tokenization_spaces`.
 * @throws when the tokenizer is of another kind (Unigram, SentencePiece-style BPE).
 */
export function createTokenizer(
  tokenizerJson: TokenizerJson,
  tokenizerConfig: Record<string, unknown> = {},
): Tokenizer {
  const { model: modelJson, pre_tokenizer: preTokenizerJson } = tokenizerJson;
  const kind = modelJson?.type ?? (modelJson?.merges ? 'BPE' : 'WordPiece');
  const bytes = kind === 'BPE' && isByteLevel(preTokenizerJson);
  if (!bytes && kind !== 'WordPiece') {
    throw new Error(
      `Tokenizers of the kinds WordPiece and byte-level BPE can be read; this one has the model ${kind} and the pre-tokeniser ` +
        `${preTokenizerJson?.type ?? 'none'}.`,
    );
  }
  const pipeline = new Pipeline(tokenizerJson, tokenizerConfig);
  const { normalizer, pre_tokenizer: preTokenizer, post_processor: postProcessor } = pipeline;
  const model = pipeline.model!;
  const prefix: string = modelJson.continuing_subword_prefix ?? '##';
  const unknown: string | undefined = modelJson.unk_token ?? undefined;
  const trims = trimsOffsets(tokenizerJson.post_processor);
  const joins = joinsPairs(tokenizerJson.post_processor);
  const added: AddedToken[] = tokenizerJson.added_tokens ?? [];
  const isNormalized = (token: AddedToken) => normalizer !== null && (token.normalized ?? !token.special);
  const splitOriginal = addedTokenSplitter(
    new Map(added.filter((token) => !isNormalized(token)).map((token) => [token.content, token])),
  );
  const normalizedTokens = new Map(
    added.filter(isNormalized).map((token) => [normalizer!.normalize(token.content), token] as const),
  );
  const splitNormalized = addedTokenSplitter(normalizedTokens);
  const vocabularySize = model.vocab.length;
  const tokenToId = (token: string) => pipeline.token_to_id(token);
  const idOf = (token: string): number => {
    const id = tokenToId(token) ?? (unknown === undefined ? undefined : tokenToId(unknown));
    if (id === undefined)
      throw new Error(`The token ${JSON.stringify(token)} is not in the vocabulary, which has no unknown token.`);
    return id;
  };
  const special = specialIds(tokenToId, tokenizerConfig);
  const allSpecial = [
    ...new Set([...added.filter((token) => token.special).map(({ id }) => id), ...Object.values(special)]),
  ].sort((a, b) => a - b);

  /**
   * The words of a stretch of normalised text, found in `target` (the stretch, or its bytes). `start` is where the word begins,
   * one less where the pre-tokeniser put a space before it that the text does not have; `from` is where its text begins.
   */
  function* preTokenized(stretch: string, target: string, sectionIndex: number) {
    const words = preTokenizer ? preTokenizer.pre_tokenize(stretch, { section_index: sectionIndex }) : [stretch];
    let cursor = 0;
    for (const word of words) {
      const extra = bytes && word[0] === BYTE_LEVEL_SPACE && target[cursor] !== BYTE_LEVEL_SPACE ? 1 : 0;
      const from = target.indexOf(word.slice(extra), cursor);
      if (from < 0) {
        throw new Error(
          `The pre-tokeniser changes the text: ${JSON.stringify(word)} is not in ${JSON.stringify(stretch)}.`,
        );
      }
      yield { word, start: from - extra, from };
      cursor = from + word.length - extra;
    }
  }

  /** Tokens of one word, each with its number of units of the word. */
  function pieces(word: string): { token: string; length: number }[] {
    const tokens = model.encode([word]);
    if (bytes) {
      if (tokens.join('') === word) return tokens.map((token) => ({ token, length: token.length }));
    } else if (tokens[0] !== unknown) {
      return tokens.map((token, i) => ({ token, length: i === 0 ? token.length : token.length - prefix.length }));
    }
    return tokens.map((token, i) => ({ token, length: i === tokens.length - 1 ? word.length : 0 }));
  }

  function encodeAligned(aligned: AlignedText | undefined, original: string, sectionIndex: number): Token[] {
    const text = aligned ? aligned.text : original;
    const startOf = (unit: number) => (aligned ? aligned.starts[unit]! : unit);
    const endOf = (unit: number) => (aligned ? aligned.ends[unit]! : unit + 1);
    const tokens: Token[] = [];
    for (const section of splitNormalized(text)) {
      if (section.added) {
        const { id, content } = section.added;
        tokens.push({ id, token: content, start: startOf(section.start), end: endOf(section.end - 1) });
        continue;
      }
      const stretch = text.slice(section.start, section.end);
      const map = bytes ? byteLevel(stretch) : undefined;
      const place = (first: number, end: number): { start: number; end: number } => {
        const start =
          first < (map?.bytes ?? stretch).length
            ? startOf(section.start + (map ? map.starts[first]! : first))
            : original.length;
        return { start, end: end > first ? endOf(section.start + (map ? map.ends[end - 1]! : end) - 1) : start };
      };
      for (const { word, start, from } of preTokenized(stretch, map?.bytes ?? stretch, sectionIndex)) {
        let unit = start;
        for (const { token, length } of pieces(word)) {
          tokens.push({ id: idOf(token), token, ...place(Math.max(unit, from), unit + length) });
          unit += length;
        }
      }
    }
    return tokens;
  }

  function encodeSection(text: string, sectionIndex: number): Token[] {
    return encodeAligned(
      normalizer ? alignNormalized(text, (unit) => normalizer.normalize(unit)) : undefined,
      text,
      sectionIndex,
    );
  }

  const cache = new Map<string, Token[]>();
  function encodeChunk(chunk: string): Token[] {
    let tokens = cache.get(chunk);
    if (!tokens) {
      if (cache.size >= CACHE_LIMIT) cache.clear();
      cache.set(chunk, (tokens = encodeSection(chunk, 0)));
    }
    return tokens;
  }

  // BERT's words never span these four, and its normaliser looks at no neighbour beyond them: what is between is encoded
  // once. Other white space is not safe: U+FEFF, U+000B and U+000C are removed as control characters and join words.
  const chunked = kind === 'WordPiece' && preTokenizerJson?.type === 'BertPreTokenizer' && normalizedTokens.size === 0;
  const CHUNK = /[^ \t\n\r]+/g;

  function encodeText(text: string): Token[] {
    if (typeof text !== 'string')
      throw new Error(`A text to encode must be a string, not ${text === null ? 'null' : typeof text}.`);
    const tokens: Token[] = [];
    splitOriginal(text).forEach((section, index) => {
      if (section.added) {
        tokens.push({ id: section.added.id, token: section.added.content, start: section.start, end: section.end });
        return;
      }
      const stretch = text.slice(section.start, section.end);
      const parts: [number, Token[]][] = chunked
        ? Array.from(stretch.matchAll(CHUNK), (match) => [match.index, encodeChunk(match[0])])
        : [[0, encodeSection(stretch, index)]];
      for (const [at, part] of parts) {
        for (const { id, token, start, end } of part) {
          tokens.push({ id, token, start: section.start + at + start, end: section.start + at + end });
        }
      }
    });
    if (trims) {
      for (const token of tokens) {
        const slice = text.slice(token.start, token.end);
        token.start += slice.length - slice.trimStart().length;
        token.end = Math.max(token.start, token.end - (slice.length - slice.trimEnd().length));
      }
    }
    return tokens;
  }

  /** Puts tokens into the model's template; a string is a special token that the template adds. */
  function template(
    first: Token[],
    second: Token[] | undefined,
    addSpecialTokens: boolean,
  ): [(Token | string)[], number[]] {
    if (second && !joins)
      return [
        [...first, ...second],
        [...first.map(() => 0), ...second.map(() => 1)],
      ];
    if (!postProcessor) return [first, first.map(() => 0)];
    // The post-processor only moves entries around, so it can move tokens with their offsets.
    const { tokens, token_type_ids: types } = postProcessor.post_process(
      first as never,
      (second ?? null) as never,
      addSpecialTokens,
    ) as unknown as { tokens: (Token | string)[]; token_type_ids?: number[] };
    return [tokens, types ?? tokens.map(() => 0)];
  }

  function encodePair(text: string, pair: string | undefined, options: EncodeOptions): [(Token | string)[], number[]] {
    const { maxLength, truncation, addSpecialTokens = true } = options;
    let first = encodeText(text);
    let second = pair === undefined ? undefined : encodeText(pair);
    if (maxLength !== undefined) {
      const overhead = template([], second && [], addSpecialTokens)[0].length;
      if (!Number.isInteger(maxLength) || maxLength < Math.max(1, overhead)) {
        throw new Error(
          `maxLength must be an integer of at least ${Math.max(1, overhead)} (the special tokens count); it is ${maxLength}.`,
        );
      }
      const [n, m] = truncatedLengths(first.length, second?.length, maxLength - overhead, truncation);
      first = first.slice(0, n);
      second = second?.slice(0, m);
    }
    return template(first, second, addSpecialTokens);
  }

  function encode(text: string, options: EncodeOptions = {}): Encoding {
    const [entries, types] = encodePair(text, options.pair, options);
    return {
      ids: entries.map((entry) => (typeof entry === 'string' ? idOf(entry) : entry.id)),
      tokens: entries.map((entry) => (typeof entry === 'string' ? entry : entry.token)),
      types,
      mask: entries.map(() => 1),
      specialTokensMask: entries.map((entry) => (typeof entry === 'string' ? 1 : 0)),
      offsets: entries.map((entry) => (typeof entry === 'string' ? [0, 0] : [entry.start, entry.end])),
    };
  }

  function encodeBatch(
    texts: readonly (string | readonly [string, string])[],
    { padTo = 'longest', padSide = 'right', padId = special.pad ?? special.eos, ...options }: EncodeBatchOptions = {},
  ): BatchEncoding {
    const rows = texts.map((text) =>
      typeof text === 'string' ? encodePair(text, undefined, options) : encodePair(text[0], text[1], options),
    );
    const longest = rows.reduce((length, [entries]) => Math.max(length, entries.length), 0);
    const length = padTo === 'longest' ? longest : padTo;
    if (!Number.isInteger(length) || length < longest) {
      throw new Error(
        `padTo is ${padTo}, but the longest row has ${longest} tokens. Give maxLength too (at most padTo), or a larger padTo.`,
      );
    }
    if (padId === undefined && rows.some(([entries]) => entries.length < length)) {
      throw new Error('The rows differ in length and this tokenizer has no pad token. Give padId.');
    }
    const size = rows.length * length;
    const batch: BatchEncoding = {
      ids: new Int32Array(size).fill(padId ?? 0),
      mask: new Int32Array(size),
      types: new Int32Array(size),
      shape: [rows.length, length],
      lengths: Int32Array.from(rows, ([entries]) => entries.length),
    };
    rows.forEach(([entries, types], row) => {
      const offset = row * length + (padSide === 'left' ? length - entries.length : 0);
      entries.forEach((entry, i) => {
        batch.ids[offset + i] = typeof entry === 'string' ? idOf(entry) : entry.id;
        batch.mask[offset + i] = 1;
        batch.types[offset + i] = types[i]!;
      });
    });
    return batch;
  }

  return {
    vocabularySize,
    special,
    specialIds: allSpecial,
    tokenToId,
    idToToken: (id) => pipeline.id_to_token(id),
    words(text) {
      const normalized = normalizer ? normalizer.normalize(text) : text;
      return preTokenizer ? preTokenizer.pre_tokenize(normalized, { section_index: 0 }) : [normalized];
    },
    encode,
    encodeBatch,
    decode(ids, { skipSpecialTokens = false } = {}) {
      const kept = Array.from(ids);
      for (const id of kept) {
        if (pipeline.id_to_token(id) === undefined) {
          throw new Error(`Cannot decode ${id}: ids of this vocabulary are integers of 0 to ${vocabularySize - 1}.`);
        }
      }
      return kept.length === 0 ? '' : pipeline.decode(kept, { skip_special_tokens: skipSpecialTokens });
    },
  };
}
