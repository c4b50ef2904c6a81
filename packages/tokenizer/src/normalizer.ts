import { type AlignedText, mapped, prepended, replaced, slice } from './aligned-text';
import { bertNormalizer } from './bert-normalizer';
import { toByteLevel } from './byte-level';
import { type NormalForm, normalForm } from './normal-form';
import { patternOf } from './pattern';
import { readerOf, type TokenizerJson } from './tokenizer-json';
import { COMBINING } from './unicode-tables';

/**
 * Changes a text before it is split, for example its case, accents or white space. The normalisers and pre-tokenizers of
 * `@huggingface/tokenizers` keep no offsets.
 */
export type Normalizer = (text: AlignedText) => AlignedText;

const inForm = (form: NormalForm) => (): Normalizer => (text) => normalForm(text, form);

const readers: Record<string, (json: TokenizerJson) => Normalizer> = {
  BertNormalizer: bertNormalizer,
  NFC: inForm('NFC'),
  NFD: inForm('NFD'),
  NFKC: inForm('NFKC'),
  NFKD: inForm('NFKD'),
  Lowercase: () => (text) => mapped(text, (character) => character.toLowerCase()),
  StripAccents: () => (text) => mapped(text, (character) => (COMBINING.test(character) ? '' : character)),
  Strip:
    ({ strip_left: left, strip_right: right }) =>
    (text) => {
      const start = left ? /^\p{White_Space}*/u.exec(text.text)![0].length : 0;
      const kept = slice(text, start, text.text.length);
      return right ? slice(kept, 0, /\p{White_Space}*$/u.exec(kept.text)!.index) : kept;
    },
  Prepend:
    ({ prepend }) =>
    (text) =>
      prepended(text, prepend),
  Replace: ({ pattern, content }) => {
    const compiled = patternOf(pattern);
    return (text) => replaced(text, compiled, content);
  },
  ByteLevel: () => toByteLevel,
  Sequence: ({ normalizers }) => {
    const steps: Normalizer[] = normalizers.map(createNormalizer);
    return (text) => steps.reduce((changed, step) => step(changed), text);
  },
};

/**
 * @param json `normalizer` of a tokenizer.json, if it has one.
 * @throws when it is not supported, as Precompiled (SentencePiece) and Nmt are not.
 */
export function createNormalizer(json: TokenizerJson | null | undefined): Normalizer {
  return json ? readerOf('normalizer', json, readers)(json) : (text) => text;
}
