/** The content of a Hugging Face tokenizer.json, or of one of its parts. */
// biome-ignore lint/suspicious/noExplicitAny: many kinds of tokenizers, read part by part.
export type TokenizerJson = Record<string, any>;

/** The reader of a part, by its type. */
export function readerOf<Reader>(part: string, json: TokenizerJson, readers: Readonly<Record<string, Reader>>): Reader {
  if (Object.hasOwn(readers, json.type)) return readers[json.type]!;
  throw new Error(
    `This tokenizer has the ${part} ${JSON.stringify(json.type)}, which is not supported. Supported are ${Object.keys(readers).join(', ')}.`,
  );
}
