import * as z from 'zod/mini';
import type { TokenizerJson } from './tokenizer-json';

// What the readers of tokenizer.json rely on. Values are checked and not copied: a copy of a large vocabulary takes time, and
// would lose a token named __proto__. What nobody reads may be anything, and a type that nobody reads is refused by its reader.

const maybe = <Schema extends z.core.$ZodType>(schema: Schema) => z.optional(z.nullable(schema));
const flag = maybe(z.boolean());
/** Ids are stored as 32-bit integers. */
const MOST_ID = 2 ** 31 - 1;
const id = z.int().check(z.gte(0), z.lte(MOST_ID));
const text = z.string();
const pattern = z.union([z.looseObject({ String: text }), z.looseObject({ Regex: text })]);
const named = maybe(z.union([text, z.looseObject({ content: text })]));
const pair = z.tuple([text, id]);

const addedToken = z.looseObject({
  id,
  content: text,
  ...{ special: flag, normalized: flag, single_word: flag, lstrip: flag, rstrip: flag },
});

const typed = z.looseObject({ type: text });
/** The parts of a Sequence are checked one by one, so that their paths are named. */
const parts = z.array(typed);
const loose = (shape: Record<string, z.core.$ZodType>) => z.looseObject(shape);

const metaspace = loose({
  replacement: text.check(z.minLength(1)),
  prepend_scheme: maybe(z.enum(['always', 'first', 'never'])),
  ...{ add_prefix_space: flag, split: flag },
});
const byteLevel = loose({ add_prefix_space: flag, use_regex: flag, trim_offsets: flag });
const behavior = z.enum(['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']);
const bertTemplate = loose({ sep: pair, cls: pair, trim_offsets: flag, add_prefix_space: flag });
const pieces = (texts: string[]) =>
  z.array(
    z.union([
      z.looseObject({ Sequence: z.looseObject({ id: z.enum(texts), type_id: id }) }),
      z.looseObject({ SpecialToken: z.looseObject({ id: text, type_id: id }) }),
    ]),
  );

type Part = 'normalizer' | 'pre_tokenizer' | 'post_processor' | 'decoder';
const partSchemas: Record<Part, Record<string, z.core.$ZodType>> = {
  normalizer: {
    BertNormalizer: loose({ clean_text: flag, handle_chinese_chars: flag, strip_accents: flag, lowercase: flag }),
    Strip: loose({ strip_left: flag, strip_right: flag }),
    Prepend: loose({ prepend: text }),
    Replace: loose({ pattern, content: text }),
    Sequence: loose({ normalizers: parts }),
  },
  pre_tokenizer: {
    ByteLevel: byteLevel,
    Metaspace: metaspace,
    CharDelimiterSplit: loose({ delimiter: text }),
    Punctuation: loose({ behavior: z.optional(behavior) }),
    Digits: loose({ individual_digits: flag }),
    Split: loose({ pattern, behavior, invert: flag }),
    FixedLength: loose({ length: z.optional(z.int().check(z.gte(1))) }),
    Sequence: loose({ pretokenizers: parts }),
  },
  post_processor: {
    ByteLevel: byteLevel,
    BertProcessing: bertTemplate,
    RobertaProcessing: bertTemplate,
    TemplateProcessing: loose({
      single: pieces(['A']),
      pair: maybe(pieces(['A', 'B'])),
      special_tokens: z.record(text, z.looseObject({ ids: z.array(id) })),
    }),
    Sequence: loose({ processors: parts }),
  },
  decoder: {
    ByteLevel: byteLevel,
    WordPiece: loose({ prefix: z.optional(text), cleanup: z.optional(z.boolean()) }),
    Metaspace: metaspace,
    BPEDecoder: loose({ suffix: z.optional(text) }),
    Strip: loose({ content: text, start: id, stop: id }),
    Replace: loose({ pattern, content: text }),
    CTC: loose({ pad_token: text, word_delimiter_token: text, cleanup: flag }),
    Sequence: loose({ decoders: parts }),
  },
};
const STEPS: Record<Part, string> = {
  normalizer: 'normalizers',
  pre_tokenizer: 'pretokenizers',
  post_processor: 'processors',
  decoder: 'decoders',
};

const word = z.optional(text);
const modelSchemas: Record<string, z.core.$ZodType> = {
  WordPiece: loose({
    unk_token: word,
    continuing_subword_prefix: word,
    max_input_chars_per_word: z.optional(z.int().check(z.gte(0))),
  }),
  WordLevel: loose({ unk_token: word }),
  BPE: loose({
    merges: z.array(z.union([text, z.tuple([text, text])])),
    dropout: maybe(z.number()),
    ...{ unk_token: maybe(text), continuing_subword_prefix: maybe(text), end_of_word_suffix: maybe(text) },
    ...{ fuse_unk: flag, byte_fallback: flag, ignore_merges: flag },
  }),
  Unigram: loose({
    vocab: z.array(z.tuple([text, z.number()])),
    unk_id: maybe(id),
    byte_fallback: flag,
  }),
};

const tokenizerSchema = loose({ added_tokens: maybe(z.array(addedToken)) });
const settingsSchema = loose({
  added_tokens_decoder: maybe(z.record(text, loose({ content: text, special: flag }))),
  additional_special_tokens: maybe(z.array(named)),
  clean_up_tokenization_spaces: flag,
  ...Object.fromEntries(['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map((role) => [`${role}_token`, named])),
  ...{ do_lower_case: flag, strip_accents: flag, tokenize_chinese_chars: flag },
  ...{ add_prefix_space: flag, add_bos_token: flag, tokenizer_class: maybe(text) },
});

/** Sequences within sequences: no tokenizer needs more than two or three. */
const MOST_LEVELS = 16;

const shownPath = (path: readonly PropertyKey[]) =>
  path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key).slice(0, 80)}`))
    .join('');

/** What is wrong: where a value may have one of several forms, in the form that it comes closest to. */
function issueOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  const within = issue.code === 'invalid_union' ? issue.errors.map((each) => each[0]!) : [];
  // A field that is there and wrong says more than one that is missing.
  const closeness = ({ path, message }: z.core.$ZodIssue) => path.length - (message.endsWith('undefined') ? 0.5 : 0);
  const closest = within.sort((a, b) => closeness(b) - closeness(a))[0];
  if (!closest) return issue;
  const { path, message } = issueOf(closest);
  return { path: [...issue.path, ...path], message };
}

// Given to each call, since zod's own setting would reach everybody who uses it.
const english = { error: z.locales.en().localeError };

function check(schema: z.core.$ZodType, value: unknown, path: readonly PropertyKey[]): void {
  const issue = z.safeParse(schema, value, english).error?.issues[0];
  if (!issue) return;
  const { path: below, message } = issueOf(issue);
  throw new Error(`${shownPath([...path, ...below]) || 'It'} is malformed: ${message}.`);
}

function checkPart(part: Part, json: unknown, path: readonly PropertyKey[], level = 0): void {
  check(typed, json, path);
  if (level > MOST_LEVELS) throw new Error(`${part} has more than ${MOST_LEVELS} sequences within sequences.`);
  const { type, ...fields } = json as TokenizerJson;
  if (!Object.hasOwn(partSchemas[part], type)) return;
  check(partSchemas[part][type]!, json, path);
  if (type !== 'Sequence') return;
  const steps = STEPS[part];
  for (const [i, step] of fields[steps].entries()) checkPart(part, step, [...path, steps, i], level + 1);
}

/** Ids by token, checked without zod, which is slow on a hundred thousand of them. */
export function requireVocabulary(vocabulary: unknown, path: string): asserts vocabulary is Record<string, number> {
  if (typeof vocabulary !== 'object' || vocabulary === null || Array.isArray(vocabulary))
    throw new Error(`${path} is malformed: it must be an object from tokens to ids.`);
  const taken = new Map<number, string>();
  for (const [token, id] of Object.entries(vocabulary)) {
    const name = JSON.stringify(token.slice(0, 80));
    if (!Number.isInteger(id) || id < 0 || id > MOST_ID)
      throw new Error(`${path} gives ${name} an id that is none: ids are whole numbers from 0 to ${MOST_ID}.`);
    const other = taken.get(id);
    if (other !== undefined)
      throw new Error(`${path} gives ${name} the id ${id}, which ${JSON.stringify(other.slice(0, 80))} has.`);
    taken.set(id, token);
  }
}

/** @throws Error that names the path of the part of a tokenizer.json that cannot be read. */
export function requireTokenizerJson(json: unknown): asserts json is TokenizerJson {
  check(tokenizerSchema, json, []);
  for (const part of Object.keys(partSchemas) as Part[]) {
    const value = (json as TokenizerJson)[part];
    if (value !== undefined && value !== null) checkPart(part, value, [part]);
  }
}

/** As {@link requireTokenizerJson}, for `model`, whose kind is known. */
export function requireModelJson(kind: string, json: TokenizerJson): void {
  const schema = Object.hasOwn(modelSchemas, kind) ? modelSchemas[kind] : undefined;
  if (!schema) return;
  check(schema, json, ['model']);
  if (kind !== 'Unigram') requireVocabulary(json.vocab, 'model.vocab');
  else if (typeof json.unk_id === 'number' && json.unk_id >= json.vocab.length)
    throw new Error(`model.unk_id is ${json.unk_id}, and the vocabulary has ${json.vocab.length} tokens.`);
}

/** As {@link requireTokenizerJson}, for tokenizer_config.json and special_tokens_map.json. */
export function requireSettings(settings: unknown): asserts settings is TokenizerJson {
  check(settingsSchema, settings, []);
}
