// Writes src/unicode-tables.ts from the Rust library's own tables:
//   npm install --prefix <folder> tokenizers@0.23.2 && node packages/tokenizer/scripts/make-unicode-tables.mjs <folder>
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder that has tokenizers@0.23.2 in its node_modules.');
const library = createRequire(join(resolve(folder), 'package.json'))('tokenizers');

const bert = (options) =>
  library.bertNormalizer({
    cleanText: false,
    handleChineseChars: false,
    stripAccents: false,
    lowercase: false,
    ...options,
  });
const clean = bert({ cleanText: true });
const accents = bert({ stripAccents: true });
const combining = library.stripAccentsNormalizer();
const words = library.bertPreTokenizer();

const tables = {
  CONTROL: [
    'What BERT removes as a control character: Cc, Cf and Co as they were, but not tab, line feed and carriage return; U+FFFD.',
    (character) => clean.normalizeString(`a${character}b`) === 'ab',
  ],
  NONSPACING: [
    'What BERT strips as an accent: Mn as it was.',
    (character) => accents.normalizeString(character) === '',
  ],
  COMBINING: [
    'What the normalizer StripAccents strips: M as it was.',
    (character) => combining.normalizeString(character) === '',
  ],
  PUNCTUATION: [
    'What stands alone for BERT and for the pre-tokenizer Punctuation: P as it was, and the symbols of ASCII.',
    (character) => words.preTokenizeString(`a${character}b`).length === 3,
  ],
};

function rangesOf(holds) {
  const ranges = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if ((code >= 0xd800 && code < 0xe000) || !holds(String.fromCodePoint(code))) continue;
    const last = ranges.at(-1);
    if (last?.[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges.map(([start, end]) =>
    (start === end ? [start] : [start, end]).map((code) => code.toString(16)).join('-'),
  );
}

function lines(words) {
  const result = [''];
  for (const word of words) {
    if (result.at(-1).length + word.length > 110) result.push('');
    result.push(`${result.pop()}${result.at(-1) === '' ? '' : ' '}${word}`.trimStart());
  }
  return result.map((line) => `  ${line}`).join('\n');
}

writeFileSync(
  new URL('../src/unicode-tables.ts', import.meta.url),
  `// Written by scripts/make-unicode-tables.mjs. The Rust library tests characters against tables of an older Unicode than
// that of Node, so \\p{…} would differ.

/** A regular expression of one character of the given ranges of hexadecimal code points. */
const oneOf = (ranges: string) =>
  new RegExp(\`[\${ranges.replace(/[\\da-f]+/g, '\\\\u{$&}').replace(/\\s/g, '')}]\`, 'u');
${Object.entries(tables)
  .map(
    ([name, [what, holds]]) => `\n/** ${what} */\nexport const ${name} = oneOf(\`\n${lines(rangesOf(holds))}\n\`);\n`,
  )
  .join('')}`,
);
