import type { AddedToken } from './added-tokens';

/** The tokens of a tokenizer: the model's and the added ones. */
export interface Vocabulary {
  /** The id of a token. */
  idOf(token: string): number | undefined;
  /** The token with this id. An added token that matches normalised text is normalised too. */
  tokenOf(id: number): string | undefined;
  /** All ids that have a token, ascending. */
  ids: readonly number[];
}

/**
 * Combines the model's tokens with the added ones. The Rust library ignores the listed id of an added token: it takes the
 * id in the model's vocabulary, or else the next free one, counting from the size of the vocabulary.
 *
 * @param matchedText the text that an added token matches: its content, normalised if the token is.
 * @throws when the listed id is another one, since it is unclear which of the two the model was trained with.
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
