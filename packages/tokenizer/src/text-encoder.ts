import { type AddedToken, addedTokenSplitter, isNormalized } from './added-tokens';
import { type AlignedText, aligned, endOf, slice, startOf } from './aligned-text';
import { cached } from './cache';
import type { Model } from './models/model';
import type { Normalizer } from './normalizer';
import { createOffsetTrimmer } from './offset-trimmer';
import type { PreTokenizer } from './pre-tokenizer';
import type { Token } from './token';
import type { TokenizerJson } from './tokenizer-json';
import { utf8Length } from './utf8';

/** Results in a generation of a cache; English text has a few tens of thousands of distinct words. */
const GENERATION = 1 << 15;

/** A token of a word, with the first unit of its first character and the last unit of its last one. */
interface WordToken {
  id: number;
  text: string;
  first: number;
  last: number;
}

/** For each UTF-8 byte, the first and the last unit of its character. */
function charactersOfBytes(text: string): { firsts: number[]; lasts: number[] } {
  const firsts: number[] = [];
  const lasts: number[] = [];
  let unit = 0;
  for (const character of text) {
    for (let i = utf8Length(character); i > 0; i--) {
      firsts.push(unit);
      lasts.push(unit + character.length - 1);
    }
    unit += character.length;
  }
  return { firsts, lasts };
}

interface Parts {
  json: TokenizerJson;
  normalize: Normalizer;
  preTokenize: PreTokenizer;
  model: Model;
  added: readonly AddedToken[];
  matchedText(token: AddedToken): string;
  tokenOf(id: number): string;
}

/** Whether each run of text between blanks can be encoded separately. */
function splitsAtBlanks({ normalizer, pre_tokenizer: preTokenizer }: TokenizerJson): boolean {
  // BERT's words never cross these four blanks, and its normaliser never looks past them. Other white space is not safe:
  // U+000B and U+000C are removed as control characters, which joins the words around them.
  return preTokenizer?.type === 'BertPreTokenizer' && (!normalizer || normalizer.type === 'BertNormalizer');
}

const BETWEEN_BLANKS = /[^ \t\n\r]+/g;

/** Whether a text may be cut at {@link WORD_BEGINS}, and its pieces encoded separately. */
function splitsAtWords({ normalizer, pre_tokenizer: preTokenizer }: TokenizerJson): boolean {
  // None of GPT-2's words goes on after such a blank, whatever stands on its other side.
  return !normalizer && preTokenizer?.type === 'ByteLevel' && preTokenizer.use_regex !== false;
}

const WORD_BEGINS = /(?<=\P{White_Space}) (?=\p{L})/gu;
/** Units of a piece, at least: enough that cutting costs little. */
const PIECE = 1024;

/** The places `[start, end)` of the pieces of a text. */
function* piecesOf(text: string): Generator<[start: number, end: number]> {
  for (let start = 0; start < text.length; ) {
    WORD_BEGINS.lastIndex = start + PIECE;
    const end = WORD_BEGINS.exec(text)?.index ?? text.length;
    yield [start, end];
    start = end;
  }
}

/** Encodes a stretch of a text that begins at a unit of it: the first tokens, at least `enough` if there are so many. */
type StretchEncoder = (stretch: string, origin: number, enough: number) => Token[];

/**
 * Returns a function that encodes a text, without the special tokens of the model's template. Of a long text whose first
 * tokens are enough, it does not encode the rest.
 */
export function createTextEncoder(parts: Parts): (text: string, enough?: number) => Token[] {
  const { json, normalize, preTokenize, model, added, matchedText, tokenOf } = parts;
  const normalizedTokens = added.filter(isNormalized);
  const splitOriginal = addedTokenSplitter(
    added.filter((token) => !isNormalized(token)),
    matchedText,
  );
  const splitNormalized = addedTokenSplitter(normalizedTokens, matchedText);
  const trimmed = createOffsetTrimmer(json.post_processor);
  const tokensOf = cached((word): WordToken[] => {
    const { firsts, lasts } = charactersOfBytes(word);
    return model
      .tokenize(word)
      .map(({ id, start, end }) => ({ id, text: tokenOf(id), first: firsts[start]!, last: lasts[end - 1]! }));
  }, GENERATION);

  function encodeWord(word: AlignedText): Token[] {
    return tokensOf(word.text).map(({ id, text, first, last }) => ({
      id,
      text,
      start: startOf(word, first),
      end: endOf(word, last),
    }));
  }

  const encodeStretch: StretchEncoder = (text, origin, enough) => {
    const tokens: Token[] = [];
    const normalized = normalize(aligned(text, origin));
    for (const { start, end, added } of splitNormalized(normalized.text)) {
      if (tokens.length >= enough) break;
      if (added) {
        tokens.push({
          id: added.id,
          text: normalized.text.slice(start, end),
          start: startOf(normalized, start),
          end: endOf(normalized, end - 1),
        });
        continue;
      }
      for (const word of preTokenize(slice(normalized, start, end))) {
        if (tokens.length >= enough) break;
        for (const token of encodeWord(word)) tokens.push(token);
      }
    }
    return tokens;
  };

  const encodeBetweenBlanks = cached((text) => encodeStretch(text, 0, Number.POSITIVE_INFINITY), GENERATION);
  const encodeAtBlanks: StretchEncoder = (stretch, origin, enough) => {
    const tokens: Token[] = [];
    for (const { 0: between, index } of stretch.matchAll(BETWEEN_BLANKS)) {
      if (tokens.length >= enough) break;
      const at = origin + index;
      for (const { id, text, start, end } of encodeBetweenBlanks(between))
        tokens.push({ id, text, start: start + at, end: end + at });
    }
    return tokens;
  };

  const encodeAtWords: StretchEncoder = (stretch, origin, enough) => {
    const tokens: Token[] = [];
    for (const [start, end] of piecesOf(stretch)) {
      if (tokens.length >= enough) break;
      for (const token of encodeStretch(stretch.slice(start, end), origin + start, enough - tokens.length))
        tokens.push(token);
    }
    return tokens;
  };

  const separable = normalizedTokens.length === 0;
  const encodeBetweenAdded =
    separable && splitsAtBlanks(json)
      ? encodeAtBlanks
      : separable && splitsAtWords(json)
        ? encodeAtWords
        : encodeStretch;
  return (text, enough = Number.POSITIVE_INFINITY) => {
    if (typeof text !== 'string')
      throw new Error(`The text to encode must be a string, not ${text === null ? 'null' : typeof text}.`);
    // A lone surrogate has no UTF-8 form, so it is read as U+FFFD.
    const wellFormed = text.replace(/\p{Surrogate}/gu, '\ufffd');
    const tokens: Token[] = [];
    for (const { start, end, added } of splitOriginal(wellFormed)) {
      if (tokens.length >= enough) break;
      const stretch = wellFormed.slice(start, end);
      if (added) tokens.push({ id: added.id, text: stretch, start, end });
      else for (const token of encodeBetweenAdded(stretch, start, enough - tokens.length)) tokens.push(token);
    }
    return trimmed(tokens, wellFormed);
  };
}
