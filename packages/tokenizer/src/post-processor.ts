import type { Token } from './token';
import { readerOf, type TokenizerJson } from './tokenizer-json';

/** A token of the model's input. */
export interface Placed {
  id: number;
  /** Segment of the token. */
  type: number;
  /** The token of the text; undefined if this is an added special token. */
  token?: Token;
}

/**
 * Builds the model's input from one or two texts: adds special tokens and segments. `@huggingface/tokenizers` gives the second
 * text of RoBERTa another segment than the Rust library, makes one token of a special token that has several ids, and drops
 * the second text if there is no template.
 */
export type PostProcessor = (first: Token[], second: Token[] | undefined, addSpecialTokens: boolean) => Placed[];

/** A part of a template: one of the texts, or special tokens. */
type Part = { type: number } & ({ text: 0 | 1 } | { ids: number[] });

const sequence = (text: 0 | 1, type: number): Part => ({ text, type });
const special = ([, id]: [string, number], type = 0): Part => ({ ids: [id], type });

const fill =
  (single: Part[], pair: Part[]): PostProcessor =>
  (first, second, addSpecialTokens) =>
    (second ? pair : single).flatMap((part): Placed[] => {
      if ('ids' in part) return addSpecialTokens ? part.ids.map((id) => ({ id, type: part.type })) : [];
      return (part.text === 0 ? first : second!).map((token) => ({ id: token.id, type: part.type, token }));
    });

/** Without a template, the second text follows the first. */
const joined = fill([sequence(0, 0)], [sequence(0, 0), sequence(1, 1)]);

function template({ single, pair, special_tokens: specials }: TokenizerJson): PostProcessor {
  const readParts = (parts: TokenizerJson[]) =>
    parts.map(({ Sequence, SpecialToken }): Part => {
      if (Sequence) return sequence(Sequence.id === 'A' ? 0 : 1, Sequence.type_id);
      const { ids } = specials[SpecialToken.id] ?? {};
      if (!ids)
        throw new Error(`The template uses ${JSON.stringify(SpecialToken.id)}, which is not among its special tokens.`);
      return { ids, type: SpecialToken.type_id };
    });
  return fill(readParts(single), readParts(pair ?? []));
}

const readers: Record<string, (json: TokenizerJson) => PostProcessor[]> = {
  // It only trims offsets: see offset-trimmer.ts.
  ByteLevel: () => [],
  BertProcessing: ({ sep, cls }) => [
    fill(
      [special(cls), sequence(0, 0), special(sep)],
      [special(cls), sequence(0, 0), special(sep), sequence(1, 1), special(sep, 1)],
    ),
  ],
  RobertaProcessing: ({ sep, cls }) => [
    fill(
      [special(cls), sequence(0, 0), special(sep)],
      [special(cls), sequence(0, 0), special(sep), special(sep), sequence(1, 0), special(sep)],
    ),
  ],
  TemplateProcessing: (json) => [template(json)],
  Sequence: ({ processors }) => (processors as TokenizerJson[]).flatMap(read),
};

const read = (json: TokenizerJson): PostProcessor[] => readerOf('post-processor', json, readers)(json);

/**
 * @param json `post_processor` of a tokenizer.json, if it has one.
 * @throws when it is not supported, or has more than one template.
 */
export function createPostProcessor(json: TokenizerJson | null | undefined): PostProcessor {
  const processors = json ? read(json) : [];
  if (processors.length > 1)
    throw new Error('More than one post-processor adds special tokens, which is not supported.');
  return processors[0] ?? joined;
}
