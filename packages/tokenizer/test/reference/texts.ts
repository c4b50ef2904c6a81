/** A text or a pair to encode. */
export interface Sample {
  text: string;
  pair?: string;
  addSpecialTokens?: boolean;
}

/** Pieces that tokenizers treat in their own ways: case, accents both ways, controls, white space, scripts, added tokens. */
const pieces = [
  ...['the', 'The', 'thing', 'unaffable', 'unable', 'X', 'able', 'a', 'b', 'ab', 'hello', "don't", "'s", "'S", 'ſ'],
  ...['é', 'e\u0301', 'İ', 'ß', 'ΟΔΟΣ', 'Σ', 'naïve', 'nai\u0308ve', '\u0323\u0302a', 'a\u0302\u0323', '\u1ea5\u0323'],
  ...['中', '中文', '字', '𠀀𠀁', '한글', '\u1112\u1161\u11ab', 'ด้', '\u09c7\u09be', '\u0345\u0301', '\uff76\uff9e'],
  ...['\u0000', '\u00ad', '\u200b', '\ufeff', '\u000b', '\u0085', '\u2028', '\u00a0', '\u3000', '\t', '\n', '\r\n'],
  ...[' ', ' ', ' ', '  ', '   ', '.', ',', '!', '?', '#', '-', '--', '_', '1', '12', '2024', '½', '²', '٣', 'ⅷ'],
  ...['ﬁ', '㎏', '🙂', '👩‍👩‍👧', '▁', '▁the', 'Ġ', 'q', 'qq', 'x'],
  ...[
    '[MASK]',
    '[mask]',
    '[CLS]',
    '<mask>',
    '<s>',
    '</s>',
    '<pad>',
    '<|endoftext|>',
    '<plain>',
    '<right>',
    '<both>',
    '<x>',
  ],
  ...['Café', 'café', 'CAFE\u0301', 'the end', 'THE END', 'Thing'],
];

/** Texts to read when a test fails. */
export const samples: Sample[] = [
  { text: '' },
  { text: 'The thing, unaffable.' },
  { text: ' Thé\u0301  nai\u0308ve ΟΔΟΣ\u00a0½²' },
  { text: 'a\u200bb 中文𠀀字 한글🙂' },
  { text: 'x [MASK] <mask>  <both>  unable able Café THE END  <s>hello' },
  { text: "don't the 12-3--x\r\n", pair: '  hello the' },
  { text: 'qq é', pair: '', addSpecialTokens: false },
];

/** Random texts, the same on every run. */
export function randomSamples(count: number, seed: number): Sample[] {
  let state = seed;
  const below = (bound: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const text = () => Array.from({ length: below(9) }, () => pieces[below(pieces.length)]!).join('');
  return Array.from({ length: count }, () => ({
    text: text(),
    ...(below(4) === 0 && { pair: text() }),
    addSpecialTokens: below(5) > 0,
  }));
}
