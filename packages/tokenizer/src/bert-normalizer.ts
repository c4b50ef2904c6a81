import { type AlignedText, mapped } from './aligned-text';
import { normalForm } from './normal-form';
import type { TokenizerJson } from './tokenizer-json';
import { CONTROL, NONSPACING } from './unicode-tables';

/** The characters that BERT treats as words of their own. */
const IDEOGRAPH =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;

function clean(character: string): string {
  if (CONTROL.test(character)) return '';
  return /\p{White_Space}/u.test(character) ? ' ' : character;
}

/**
 * BERT's normaliser. It removes control characters and turns white space into blanks (`clean_text`), puts blanks around
 * Chinese characters (`handle_chinese_chars`), strips accents (`strip_accents`; if null, as `lowercase`) and lower-cases
 * (`lowercase`).
 */
export function bertNormalizer({
  clean_text: cleans = true,
  handle_chinese_chars: isolates = true,
  strip_accents: strips,
  lowercase: lowers = true,
}: TokenizerJson): (text: AlignedText) => AlignedText {
  return (text) => {
    let result = text;
    if (cleans) result = mapped(result, clean);
    if (isolates) result = mapped(result, (character) => (IDEOGRAPH.test(character) ? ` ${character} ` : character));
    if (strips ?? lowers)
      result = mapped(normalForm(result, 'NFD'), (character) => (NONSPACING.test(character) ? '' : character));
    if (lowers) result = mapped(result, (character) => character.toLowerCase());
    return result;
  };
}
