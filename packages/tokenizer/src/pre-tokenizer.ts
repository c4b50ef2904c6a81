import { type AlignedText, prepended, replaced, slice, startOf } from './aligned-text';
import { toByteLevel } from './byte-level';
import { patternOf } from './pattern';
import { split } from './split';
import { readerOf, type TokenizerJson } from './tokenizer-json';
import { PUNCTUATION } from './unicode-tables';

/** Splits a text into the words that the model encodes one by one. */
export type PreTokenizer = (text: AlignedText) => AlignedText[];

const WHITE_SPACE = /\p{White_Space}/gu;
const MARK = new RegExp(PUNCTUATION, 'gu');
/** The words of GPT-2 (Radford et al. 2019). */
const GPT2_WORD =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const WORD_OR_MARKS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

function byteLevel({ add_prefix_space: prefixes, use_regex: splits = true }: TokenizerJson): PreTokenizer {
  return (text) => {
    const spaced = prefixes && !text.text.startsWith(' ') ? prepended(text, ' ') : text;
    return (splits ? split(spaced, GPT2_WORD, 'Isolated') : [spaced]).map(toByteLevel);
  };
}

function metaspace(json: TokenizerJson): PreTokenizer {
  const { replacement, split: splits = true } = json;
  const scheme: string = json.prepend_scheme ?? (json.add_prefix_space === false ? 'never' : 'always');
  const pattern = new RegExp(replacement.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'), 'gu');
  return (text) => {
    let marked = replaced(text, / /gu, replacement);
    if (scheme === 'always' || (scheme === 'first' && startOf(text, 0) === 0)) {
      if (!marked.text.startsWith(replacement)) marked = prepended(marked, replacement);
    }
    return splits ? split(marked, pattern, 'MergedWithNext') : [marked];
  };
}

/** Stretches of `length` characters. */
function chunks(text: AlignedText, length: number): AlignedText[] {
  const result: AlignedText[] = [];
  const characters = [...text.text];
  let start = 0;
  for (let first = 0; first < characters.length; first += length) {
    const end = start + characters.slice(first, first + length).join('').length;
    result.push(slice(text, start, end));
    start = end;
  }
  return result;
}

const readers: Record<string, (json: TokenizerJson) => PreTokenizer> = {
  BertPreTokenizer: () => (text) =>
    split(text, WHITE_SPACE, 'Removed').flatMap((word) => split(word, MARK, 'Isolated')),
  ByteLevel: byteLevel,
  Metaspace: metaspace,
  Whitespace: () => (text) => split(text, WORD_OR_MARKS, 'Removed', true),
  WhitespaceSplit: () => (text) => split(text, WHITE_SPACE, 'Removed'),
  CharDelimiterSplit: ({ delimiter }) => {
    const pattern = patternOf({ String: delimiter });
    return (text) => split(text, pattern, 'Removed');
  },
  Punctuation:
    ({ behavior = 'Isolated' }) =>
    (text) =>
      split(text, MARK, behavior),
  Digits:
    ({ individual_digits: individual }) =>
    (text) =>
      split(text, /\p{N}/gu, individual ? 'Isolated' : 'Contiguous'),
  Split: ({ pattern, behavior, invert = false }) => {
    const compiled = patternOf(pattern);
    return (text) => split(text, compiled, behavior, invert);
  },
  FixedLength:
    ({ length = 5 }) =>
    (text) =>
      chunks(text, length),
  Sequence: ({ pretokenizers }) => {
    const steps: PreTokenizer[] = pretokenizers.map(createPreTokenizer);
    return (text) => steps.reduce((words, step) => words.flatMap(step), [text]);
  },
};

/**
 * @param json `pre_tokenizer` of a tokenizer.json; without one, the text is a single word.
 * @throws when it is not supported, as UnicodeScripts is not.
 */
export function createPreTokenizer(json: TokenizerJson | null | undefined): PreTokenizer {
  const preTokenize: PreTokenizer = json ? readerOf('pre-tokenizer', json, readers)(json) : (text) => [text];
  return (text) => preTokenize(text).filter((word) => word.text !== '');
}
