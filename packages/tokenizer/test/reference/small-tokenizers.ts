import type { TokenizerJson } from '../../src/tokenizer-json';

/** A small tokenizer.json of every kind that is supported, by name. */
export const smallTokenizers: Record<string, TokenizerJson> = {};

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const idsOf = (tokens: readonly string[]) => Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));

const added = (id: number, content: string, flags: TokenizerJson = {}): TokenizerJson => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
  ...flags,
});

function define(name: string, parts: TokenizerJson): void {
  smallTokenizers[name] = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    ...parts,
  };
}

// WordPiece, as BERT has it.
const bertTokens = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  ...[
    'the',
    'th',
    '##e',
    '##ing',
    'un',
    '##aff',
    '##able',
    'naive',
    'naïve',
    'resume',
    '中',
    '文',
    '한',
    '##글',
    '½',
    'σ',
    '##ς',
  ],
  ...letters,
  ...letters.map((letter) => `##${letter}`),
  ...[..."0123456789.,!?'#[]"],
];
const bertIds = idsOf(bertTokens);
const bertSpecial = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((token) => added(bertIds[token]!, token));
const bertModel = {
  type: 'WordPiece',
  unk_token: '[UNK]',
  continuing_subword_prefix: '##',
  max_input_chars_per_word: 100,
  vocab: bertIds,
};
const bertNormalizer = {
  type: 'BertNormalizer',
  clean_text: true,
  handle_chinese_chars: true,
  strip_accents: null,
  lowercase: true,
};
const special = (token: string, type = 0) => ({ SpecialToken: { id: token, type_id: type } });
const sequence = (name: string, type = 0) => ({ Sequence: { id: name, type_id: type } });
const template = (single: object[], pair: object[], ids: Record<string, number>) => ({
  type: 'TemplateProcessing',
  single,
  pair,
  special_tokens: Object.fromEntries(
    Object.entries(ids).map(([token, id]) => [token, { id: token, ids: [id], tokens: [token] }]),
  ),
});
const bertTemplate = template(
  [special('[CLS]'), sequence('A'), special('[SEP]')],
  [special('[CLS]'), sequence('A'), special('[SEP]'), sequence('B', 1), special('[SEP]', 1)],
  { '[CLS]': 2, '[SEP]': 3 },
);
const bert = {
  added_tokens: bertSpecial,
  normalizer: bertNormalizer,
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: bertTemplate,
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: bertModel,
};
const size = Object.keys(bertIds).length;
define('BERT', bert);
define('BERT cased', { ...bert, normalizer: { ...bertNormalizer, lowercase: false } });
define('BERT that keeps accents', { ...bert, normalizer: { ...bertNormalizer, strip_accents: false } });
define('BERT cased without accents', {
  ...bert,
  normalizer: { ...bertNormalizer, lowercase: false, strip_accents: true },
});
define('BERT that joins ideographs', { ...bert, normalizer: { ...bertNormalizer, handle_chinese_chars: false } });
define('BERT that cleans nothing', { ...bert, normalizer: { ...bertNormalizer, clean_text: false } });
define('BERT of short words, BertProcessing', {
  ...bert,
  model: { ...bertModel, max_input_chars_per_word: 4 },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
});
define('added tokens that strip', {
  ...bert,
  added_tokens: [
    ...bertSpecial.slice(0, 4),
    added(4, '[MASK]', { lstrip: true }),
    added(size, '<right>', { rstrip: true }),
    added(size + 1, '<both>', { lstrip: true, rstrip: true, special: false }),
  ],
});
define('added tokens that are words', {
  ...bert,
  added_tokens: [
    ...bertSpecial,
    added(size, 'able', { single_word: true }),
    added(size + 1, 'X', { single_word: true, lstrip: true, special: false }),
    added(size + 2, 'unable', { special: false }),
  ],
});
define('added tokens that are normalised', {
  ...bert,
  added_tokens: [
    ...bertSpecial,
    added(size, 'Café', { normalized: true, special: false }),
    added(size + 1, 'THE END', { normalized: true, special: false, rstrip: true }),
    added(size + 2, 'thing', { normalized: true, special: false, single_word: true }),
    added(size + 3, 'Thing', { special: false }),
  ],
});
define('an empty added token', { ...bert, added_tokens: [...bertSpecial, added(size, ''), added(size, '<x>')] });

// WordLevel, with every normaliser and pre-tokeniser that has no model of its own.
const words = [
  '[UNK]',
  'the',
  'a',
  'b',
  'ab',
  'é',
  'e\u0301',
  'naive',
  'naïve',
  'don',
  "'",
  "'t",
  '12',
  '1',
  '2',
  '-',
  ' ',
  'café',
  'fi',
  'x',
  '½',
];
const wordLevel = { type: 'WordLevel', vocab: idsOf(words), unk_token: '[UNK]' };
const onWords = (preTokenizer: object | null, normalizer: object | null = null) => ({
  normalizer,
  pre_tokenizer: preTokenizer,
  model: wordLevel,
  added_tokens: [added(0, '[UNK]')],
});
const eachCharacter = { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false };
for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) define(`WordLevel, ${form}`, onWords(eachCharacter, { type: form }));
define('WordLevel, Lowercase', onWords({ type: 'Whitespace' }, { type: 'Lowercase' }));
define(
  'WordLevel, NFD and StripAccents',
  onWords(eachCharacter, {
    type: 'Sequence',
    normalizers: [{ type: 'NFD' }, { type: 'StripAccents' }, { type: 'Lowercase' }],
  }),
);
define(
  'WordLevel, Strip',
  onWords({ type: 'WhitespaceSplit' }, { type: 'Strip', strip_left: true, strip_right: true }),
);
define('WordLevel, Strip left of one text', onWords(null, { type: 'Strip', strip_left: true, strip_right: false }));
define(
  'WordLevel, Prepend and Replace',
  onWords(eachCharacter, {
    type: 'Sequence',
    normalizers: [
      { type: 'Prepend', prepend: 'ab' },
      { type: 'Replace', pattern: { String: 'th' }, content: 'é' },
      { type: 'Replace', pattern: { Regex: '\\s+' }, content: '--' },
      { type: 'Replace', pattern: { String: 'x' }, content: '' },
    ],
  }),
);
define('WordLevel, Punctuation', onWords({ type: 'Punctuation', behavior: 'Isolated' }));
define('WordLevel, Punctuation runs', onWords({ type: 'Punctuation', behavior: 'Contiguous' }));
define('WordLevel, Digits', onWords({ type: 'Digits', individual_digits: true }));
define('WordLevel, Digits together', onWords({ type: 'Digits', individual_digits: false }));
define('WordLevel, CharDelimiterSplit', onWords({ type: 'CharDelimiterSplit', delimiter: '-' }));
define('WordLevel, FixedLength', onWords({ type: 'FixedLength', length: 2 }));
for (const behavior of ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']) {
  define(`WordLevel, Split ${behavior}`, onWords({ type: 'Split', pattern: { String: '-' }, behavior, invert: false }));
  define(
    `WordLevel, Split not ${behavior}`,
    onWords({ type: 'Split', pattern: { Regex: '[a-z]+' }, behavior, invert: true }),
  );
}
define(
  'WordLevel, Split of the words of GPT-4',
  onWords({
    type: 'Split',
    pattern: {
      Regex:
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    },
    behavior: 'Isolated',
    invert: false,
  }),
);
define(
  'WordLevel, Split at what Oniguruma calls a word',
  onWords({
    type: 'Split',
    pattern: { Regex: '\\b\\w+\\b|\\d{,2}\\.|^-|-$|\\p{Han}' },
    behavior: 'Isolated',
    invert: false,
  }),
);

// Byte-level BPE: GPT-2, RoBERTa, Llama 3.
const byteAlphabet = Array.from({ length: 256 }, (_, byte) => byte);
const byteLevel: string[] = [];
for (let byte = 0, next = 0x100; byte < 256; byte++) {
  const prints = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  byteLevel[byte] = String.fromCharCode(prints ? byteAlphabet[byte]! : next++);
}
const byteMerges = [
  'h e',
  't he',
  'Ġ t',
  'Ġt he',
  'l l',
  'he ll',
  'hell o',
  'Ġ w',
  'Ã ©',
  'Ġ Ġ',
  'ðŁ ĻĤ',
  'ð Ł',
  'Ļ Ĥ',
  'a b',
  'ab l',
];
const mergesInOrder = ['ð Ł', 'Ļ Ĥ', ...byteMerges.filter((merge) => !['ð Ł', 'Ļ Ĥ'].includes(merge)), 'abl e'];
const byteIds = idsOf([
  ...byteLevel,
  ...mergesInOrder.map((merge) => merge.replace(' ', '')),
  '<s>',
  '</s>',
  '<pad>',
  '<mask>',
  '<|endoftext|>',
]);
const byteModel = { type: 'BPE', vocab: byteIds, merges: mergesInOrder };
const byteSize = Object.keys(byteIds).length;
const onBytes = (addPrefixSpace: boolean, postProcessor: object | null) => ({
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: true },
  post_processor: postProcessor,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: byteModel,
  added_tokens: [
    added(byteIds['<s>']!, '<s>'),
    added(byteIds['<mask>']!, '<mask>', { lstrip: true }),
    added(byteIds['<|endoftext|>']!, '<|endoftext|>'),
    added(byteSize, '<plain>', { special: false, rstrip: true }),
  ],
});
define('GPT-2', onBytes(false, { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true }));
/** What GPT-2's first release has of this tokenizer: vocab.json and merges.txt. */
export const gpt2Files = { vocabulary: byteIds, merges: mergesInOrder };
define('GPT-2 of two files', {
  ...onBytes(false, { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true }),
  added_tokens: [added(byteIds['<|endoftext|>']!, '<|endoftext|>')],
});
define('RoBERTa of two files, with a prefix space', {
  ...onBytes(true, {
    type: 'RobertaProcessing',
    sep: ['</s>', byteIds['</s>']],
    cls: ['<s>', byteIds['<s>']],
    trim_offsets: true,
    add_prefix_space: true,
  }),
  added_tokens: [
    ...['<s>', '</s>', '<pad>'].map((token) => added(byteIds[token]!, token)),
    added(byteIds['<mask>']!, '<mask>', { lstrip: true }),
  ],
});
define(
  'GPT-2 with a prefix space',
  onBytes(true, { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true }),
);
define(
  'GPT-2 with trimmed offsets',
  onBytes(true, { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }),
);
define(
  'RoBERTa',
  onBytes(false, {
    type: 'RobertaProcessing',
    sep: ['</s>', byteIds['</s>']],
    cls: ['<s>', byteIds['<s>']],
    trim_offsets: true,
    add_prefix_space: false,
  }),
);
define(
  'RoBERTa with a prefix space',
  onBytes(true, {
    type: 'RobertaProcessing',
    sep: ['</s>', byteIds['</s>']],
    cls: ['<s>', byteIds['<s>']],
    trim_offsets: true,
    add_prefix_space: true,
  }),
);
define('Llama 3', {
  ...onBytes(false, {
    type: 'Sequence',
    processors: [
      { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
      template([special('<s>'), sequence('A')], [special('<s>'), sequence('A'), special('<s>', 1), sequence('B', 1)], {
        '<s>': byteIds['<s>']!,
      }),
    ],
  }),
  model: { ...byteModel, ignore_merges: true, merges: mergesInOrder.map((merge) => merge.split(' ')) },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      {
        type: 'Split',
        pattern: {
          Regex:
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        },
        behavior: 'Isolated',
        invert: false,
      },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
});
define('SmolLM', {
  ...onBytes(false, null),
  normalizer: { type: 'NFC' },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Digits', individual_digits: true },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    ],
  },
});
define('bytes by a normaliser', {
  ...onBytes(false, null),
  normalizer: { type: 'ByteLevel' },
  pre_tokenizer: null,
  added_tokens: [],
});
const fewBytes = Object.fromEntries(
  Object.entries(byteIds)
    .filter(([token]) => !/^[Ãðéa\u0100-\u0110]/.test(token))
    .map(([token], id) => [token, id]),
);
const fewMerges = mergesInOrder.filter((merge) =>
  [...merge.split(' '), merge.replace(' ', '')].every((token) => token in fewBytes),
);
define('byte-level BPE that lacks bytes, with an unknown token', {
  ...onBytes(false, null),
  added_tokens: [added(fewBytes['<pad>']!, '<pad>')],
  model: { type: 'BPE', vocab: fewBytes, merges: fewMerges, unk_token: '<pad>' },
});

// BPE of characters: Llama 2, CLIP, and the rest.
const pieceMerges = ['t h', 'th e', '▁ the', '▁ a', 'a b', 'i n', 'in g', '▁a b'];
const pieces = [
  '<unk>',
  '<s>',
  '</s>',
  '▁',
  ...letters,
  ...'.!,-0123456789',
  ...pieceMerges.map((merge) => merge.replace(' ', '')),
];
const bytePieces = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
const llamaIds = idsOf([...pieces.slice(0, 3), ...bytePieces, ...pieces.slice(3)]);
const llamaDecoder = {
  type: 'Sequence',
  decoders: [
    { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
    { type: 'Strip', content: ' ', start: 1, stop: 0 },
  ],
};
const llamaAdded = [added(0, '<unk>'), added(1, '<s>'), added(2, '</s>', { rstrip: true })];
const llamaTemplate = template(
  [special('<s>'), sequence('A')],
  [special('<s>'), sequence('A'), special('<s>', 1), sequence('B', 1)],
  { '<s>': 1 },
);
const llamaModel = {
  type: 'BPE',
  vocab: llamaIds,
  merges: pieceMerges,
  unk_token: '<unk>',
  fuse_unk: true,
  byte_fallback: true,
};
define('Llama 2', {
  added_tokens: llamaAdded,
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'Prepend', prepend: '▁' },
      { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    ],
  },
  post_processor: llamaTemplate,
  decoder: llamaDecoder,
  model: llamaModel,
});
for (const scheme of ['first', 'always', 'never']) {
  define(`Llama 2 by Metaspace, ${scheme}`, {
    added_tokens: llamaAdded,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split: scheme === 'always' },
    post_processor: llamaTemplate,
    decoder:
      scheme === 'first' ? llamaDecoder : { type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split: true },
    model: llamaModel,
  });
}
define('BPE, an unknown token for each character', {
  pre_tokenizer: { type: 'Whitespace' },
  model: { type: 'BPE', vocab: idsOf(pieces), merges: pieceMerges, unk_token: '<unk>' },
});
define('BPE, unknown characters fused', {
  pre_tokenizer: { type: 'Whitespace' },
  model: { type: 'BPE', vocab: idsOf(pieces), merges: pieceMerges, unk_token: '<unk>', fuse_unk: true },
});
define('BPE, some bytes', {
  pre_tokenizer: { type: 'Whitespace' },
  model: {
    type: 'BPE',
    vocab: idsOf([...pieces, '<0xC3>', '<0xA9>', '<0xAF>']),
    merges: pieceMerges,
    unk_token: '<unk>',
    byte_fallback: true,
  },
});
const clipPieces = [
  '<unk>',
  ...letters,
  ...letters.map((letter) => `${letter}</w>`),
  'th',
  'the</w>',
  'in',
  'ing</w>',
  'ab',
  'ab</w>',
  '.</w>',
  '!</w>',
  ',</w>',
];
define('BPE with ends of words', {
  added_tokens: [added(0, '<unk>')],
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'NFC' },
      { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
      { type: 'Lowercase' },
    ],
  },
  pre_tokenizer: {
    type: 'Split',
    pattern: { Regex: '[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+' },
    behavior: 'Removed',
    invert: true,
  },
  decoder: { type: 'BPEDecoder', suffix: '</w>' },
  model: {
    type: 'BPE',
    vocab: idsOf(clipPieces),
    merges: ['t h', 'th e</w>', 'i n', 'in g</w>', 'a b', 'a b</w>'],
    unk_token: '<unk>',
    end_of_word_suffix: '</w>',
  },
});
define('BPE with insides of words', {
  pre_tokenizer: { type: 'WhitespaceSplit' },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
  model: {
    type: 'BPE',
    vocab: idsOf(['<unk>', ...letters, ...letters.map((letter) => `##${letter}`), 'th', 'the', '##in', '##ing', 'ab']),
    merges: ['t ##h', 'th ##e', '##i ##n', '##in ##g', 'a ##b'],
    unk_token: '<unk>',
    continuing_subword_prefix: '##',
  },
});

// Unigram.
const scored = (fallback: boolean): [string, number][] => [
  ['<unk>', 0],
  ['<s>', 0],
  ['</s>', 0],
  ...(fallback ? bytePieces.map((piece): [string, number] => [piece, 0]) : []),
  ['▁', -2.5],
  ['▁the', -3.25],
  ['▁th', -4.5],
  ['▁a', -3.5],
  ['e', -4],
  ['ing', -4.125],
  ['th', -5],
  ['▁un', -5.5],
  ['able', -5.25],
  ['中文', -7],
  ...[...letters]
    .filter((letter) => letter !== 'e' && letter !== 'q')
    .map((letter, i): [string, number] => [letter, -6 - i / 8]),
  ['.', -6.5],
];
const onPieces = (fallback: boolean) => ({
  added_tokens: [added(0, '<unk>'), added(1, '<s>'), added(2, '</s>')],
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  post_processor: template(
    [sequence('A'), special('</s>')],
    [sequence('A'), special('</s>'), sequence('B'), special('</s>')],
    { '</s>': 2 },
  ),
  decoder: fallback
    ? {
        type: 'Sequence',
        decoders: [
          { type: 'ByteFallback' },
          { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
        ],
      }
    : { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  model: { type: 'Unigram', unk_id: 0, vocab: scored(fallback), byte_fallback: fallback },
});
define('Unigram', onPieces(false));
define('Unigram with bytes', onPieces(true));
define('Unigram of one text', { ...onPieces(false), pre_tokenizer: null, normalizer: { type: 'NFKC' } });
