import { hasAmbiguousRepetition } from './ambiguous-repetition';
import type { TokenizerJson } from './tokenizer-json';

const WORD_IN_CLASS = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}';
/** Outside a character class, Oniguruma's \\w also matches the superscripts and fractions of Latin-1. */
const WORD = `${WORD_IN_CLASS}²³¹¼½¾`;
/** What Oniguruma's escapes match, written for use inside a character class. */
const CLASSES: Record<string, string> = {
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: WORD_IN_CLASS,
};
const BOUNDARY = `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`;
const CONTROL = 'tnvfr';

const literal = (character: string) => (/[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character);

/** The character in all its cases. */
function caseVariants(character: string): string {
  const variants = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  // Two letters outside ASCII fold to an ASCII letter.
  for (const [special, folded] of [
    ['ſ', 's'],
    ['K', 'k'],
  ] as const)
    if (variants.has(folded) || variants.has(special)) for (const one of [special, folded]) variants.add(one);
  return [...variants].filter((variant) => [...variant].length === 1).join('');
}

/**
 * Translates a regular expression from Oniguruma's syntax, which tokenizer.json uses, to JavaScript's. `@huggingface/tokenizers`
 * takes possessive quantifiers and atomic groups for plain ones, and ignores case in ASCII only.
 * @throws when it uses a construct that JavaScript lacks or gives another meaning.
 */
export function translateRegex(source: string): string {
  const characters = [...source];
  let at = 0;
  let inClass = false;
  /** For each open group, whether letters match in both cases. */
  const ignoresCase = [false];
  const refuse = (what: string): never => {
    throw new Error(`The regular expression ${JSON.stringify(source)} has ${what}, which is not supported.`);
  };
  const startsWith = (text: string) => characters.slice(at, at + text.length).join('') === text;
  const letter = (character: string) => {
    const variants = ignoresCase.at(-1) ? caseVariants(character) : character;
    if ([...variants].length === 1) return literal(character);
    return inClass ? variants : `[${variants}]`;
  };

  function escapeSequence(): string {
    const character = characters[++at];
    at++;
    if (character === undefined) return refuse('a backslash at its end');
    if (character === 'w' && !inClass) return `[${WORD}]`;
    if (character in CLASSES) return inClass ? CLASSES[character]! : `[${CLASSES[character]}]`;
    if (CONTROL.includes(character)) return `\\${character}`;
    if (character === 'p' || character === 'P') {
      const [, negated, name] =
        /^\{(\^?)(\w+)\}/.exec(characters.slice(at, at + 40).join('')) ?? refuse(`\\${character} without a name`);
      at += name!.length + negated!.length + 2;
      const escaped = (negated ? character === 'p' : character === 'P') ? 'P' : 'p';
      for (const property of [name, `Script=${name}`]) {
        try {
          new RegExp(`\\p{${property}}`, 'u');
          return `\\${escaped}{${property}}`;
        } catch {}
      }
      return refuse(`the property ${JSON.stringify(name)}`);
    }
    if (character === 'u' || character === 'x') {
      const [all, long, short] =
        /^(?:\{([\da-fA-F]+)\}|([\da-fA-F]{2,4}))/.exec(characters.slice(at, at + 10).join('')) ??
        refuse(`\\${character} without digits`);
      const digits = long ?? (character === 'u' ? short! : short!.slice(0, 2));
      at += long ? all.length : digits.length;
      return `\\u{${digits}}`;
    }
    if (character === 'A' && !inClass) return '(?<![^])';
    if (character === 'z' && !inClass) return '(?![^])';
    if (character === 'b' && !inClass) return BOUNDARY;
    if (/[\p{L}\p{N}]/u.test(character)) return refuse(`\\${character}`);
    return inClass && character === '-' ? '\\-' : literal(character);
  }

  function group(): string {
    const flags = /^\(\?i([:)])/.exec(characters.slice(at, at + 4).join(''));
    if (flags) {
      at += flags[0].length;
      if (flags[1] === ')') {
        ignoresCase[ignoresCase.length - 1] = true;
        return '';
      }
      ignoresCase.push(true);
      return '(?:';
    }
    const opening =
      ['(?:', '(?=', '(?!', '(?<=', '(?<!'].find(startsWith) ?? (startsWith('(?') ? refuse('an extended group') : '(');
    at += opening.length;
    ignoresCase.push(ignoresCase.at(-1)!);
    return opening;
  }

  let result = '';
  while (at < characters.length) {
    const character = characters[at]!;
    if (character === '\\') result += escapeSequence();
    else if (inClass) {
      if (character === '[') refuse('a class in a class');
      if (startsWith('&&')) refuse('an intersection of classes');
      if (character === '-' && ignoresCase.at(-1)) refuse('a hyphen in a class that ignores case');
      inClass = character !== ']';
      result += inClass && character !== '-' && character !== '^' ? letter(character) : character;
      at++;
    } else if (character === '[') {
      inClass = true;
      result += character;
      at++;
    } else if (character === '(') result += group();
    else if (character === ')') {
      if (ignoresCase.length > 1) ignoresCase.pop();
      result += character;
      at++;
    } else if (/[*+?}]/.test(character) && characters[at + 1] === '+') refuse(`the quantifier "${character}+"`);
    else if (character === '{') {
      const [all, low, high] =
        /^\{(\d*)(,?\d*)\}/.exec(characters.slice(at, at + 20).join('')) ?? refuse('an open brace');
      result += `{${low || 0}${high}}`;
      at += all.length;
      if (characters[at] === '+') refuse('the quantifier "}+"');
    } else {
      const anchors: Record<string, string> = { '.': '[^\\n]', '^': '(?<![^\\n])', $: '(?![^\\n])' };
      result += anchors[character] ?? (/[|*+?]/.test(character) ? character : letter(character));
      at++;
    }
  }
  return result;
}

/**
 * Compiles a pattern of tokenizer.json, `{ "String": … }` or `{ "Regex": … }`, with the flag `g`.
 * @throws when the regular expression cannot be translated, or could take time without end.
 */
export function patternOf(pattern: TokenizerJson): RegExp {
  if (typeof pattern?.String === 'string') return new RegExp([...pattern.String].map(literal).join(''), 'gu');
  if (typeof pattern?.Regex !== 'string')
    throw new Error(`A pattern must be { "String": … } or { "Regex": … }, not ${JSON.stringify(pattern)}.`);
  const translated = translateRegex(pattern.Regex);
  if (hasAmbiguousRepetition(translated)) {
    throw new Error(
      `The regular expression ${JSON.stringify(pattern.Regex)} repeats what one text may match in several ways, which can take time without end; it is not supported.`,
    );
  }
  try {
    return new RegExp(translated, 'gu');
  } catch (error) {
    throw new Error(
      `The regular expression ${JSON.stringify(pattern.Regex)} is not supported: ${(error as Error).message}.`,
    );
  }
}
