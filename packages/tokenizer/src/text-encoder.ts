import { type AddedToken, addedTokenSplitter, isNormalized } from './added-tokens';
import { type AlignedText, aligned, endOf, slice, startOf } from './aligned-text';
import type { Model } from './models/model';
import type { Normalizer } from './normalizer';
import { createOffsetTrimmer } from './offset-trimmer';
import type { PreTokenizer } from './pre-tokenizer';
import type { Token } from './token';
import type { TokenizerJson } from './tokenizer-json';
import { utf8Length } from './utf8';

/** How many results a cache keeps; English text has a few tens of thousands of distinct words. */
const CACHE_LIMIT = 1 << 16;

function cached<Value>(compute: (text: string) => Value): (text: string) => Value {
  const values = new Map<string, Value>();
  return (text) => {
    let value = values.get(text);
    if (value === undefined) {
      if (values.size >= CACHE_LIMIT) values.clear();
      values.set(text, (value = compute(text)));
    }
    return value;
  };
}

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

/** Returns a function that encodes a text, without the special tokens of the model's template. */
export function createTextEncoder(parts: Parts): (text: string) => Token[] {
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
  });

  function encodeWord(word: AlignedText): Token[] {
    return tokensOf(word.text).map(({ id, text, first, last }) => ({
      id,
      text,
      start: startOf(word, first),
      end: endOf(word, last),
    }));
  }

  function encodeStretch(text: string, origin: number): Token[] {
    const normalized = normalize(aligned(text, origin));
    return splitNormalized(normalized.text).flatMap(({ start, end, added }) =>
      added
        ? [
            {
              id: added.id,
              text: normalized.text.slice(start, end),
              start: startOf(normalized, start),
              end: endOf(normalized, end - 1),
            },
          ]
        : preTokenize(slice(normalized, start, end)).flatMap(encodeWord),
    );
  }

  const encodeBetweenBlanks = cached((text) => encodeStretch(text, 0));
  function encodeAtBlanks(stretch: string, origin: number): Token[] {
    const tokens: Token[] = [];
    for (const { 0: between, index } of stretch.matchAll(BETWEEN_BLANKS)) {
      const at = origin + index;
      for (const { id, text, start, end } of encodeBetweenBlanks(between))
        tokens.push({ id, text, start: start + at, end: end + at });
    }
    return tokens;
  }

  const encodeBetweenAdded = splitsAtBlanks(json) && normalizedTokens.length === 0 ? encodeAtBlanks : encodeStretch;
  return (text) => {
    if (typeof text !== 'string')
      throw new Error(`The text to encode must be a string, not ${text === null ? 'null' : typeof text}.`);
    // A lone surrogate has no UTF-8 form, so it is read as U+FFFD.
    const wellFormed = text.replace(/\p{Surrogate}/gu, '\ufffd');
    const tokens = splitOriginal(wellFormed).flatMap(({ start, end, added }) => {
      const stretch = wellFormed.slice(start, end);
      return added ? [{ id: added.id, text: stretch, start, end }] : encodeBetweenAdded(stretch, start);
    });
    return trimmed(tokens, wellFormed);
  };
}
