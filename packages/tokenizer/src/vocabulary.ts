import type { AddedToken } from './added-tokens';

/** All tokens of a tokenizer, those of the model and the added ones. */
export interface Vocabulary {
  /** The id of a token. */
  idOf(token: string): number | undefined;
  /** The token of an id; an added token that is matched in normalised text is itself normalised. */
  tokenOf(id: number): string | undefined;
  /** Every id that has a token, ascending. */
  ids: readonly number[];
}

/**
 * Joins the added tokens to those of the model. The id of an added token follows from the model's vocabulary: the one that it
 * has there, or else the next free one, counted from the vocabulary's size.
 *
 * @param matchedText the text that an added token matches: its content, normalised where the token is.
 * @throws when a file says another id, since it is then not clear which one the model was trained with.
 */
export function createVocabulary(
  model: ReadonlyMap<string, number>,
  added: readonly AddedToken[],
  matchedText: (token: AddedToken) => string,
): Vocabulary {
  const addedIds = new Map<string, number>();
  let next = model.size;
  for (const { content, id } of added) {
    const expected = addedIds.get(content) ?? model.get(content) ?? next;
    if (id !== expected) {
      throw new Error(
        `The added token ${JSON.stringify(content)} has the id ${id}, but ${
          model.has(content)
            ? `the vocabulary gives it ${expected}`
            : `the next free id after the vocabulary of ${model.size} tokens and its added tokens is ${expected}`
        }. Correct the id in tokenizer.json, tokenizer_config.json or added_tokens.json.`,
      );
    }
    addedIds.set(content, id);
    if (id >= next) next = id + 1;
  }
  const tokens = new Map<number, string>();
  for (const [token, id] of model) tokens.set(id, token);
  for (const token of added) tokens.set(token.id, matchedText(token));
  return {
    idOf: (token) => addedIds.get(token) ?? model.get(token),
    tokenOf: (id) => tokens.get(id),
    ids: [...tokens.keys()].sort((a, b) => a - b),
  };
}
