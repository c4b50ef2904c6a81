/** The content of a Hugging Face tokenizer.json, or of one of its parts. */
// biome-ignore lint/suspicious/noExplicitAny: many kinds of tokenizers, read part by part.
export type TokenizerJson = Record<string, any>;

/** Finds the reader for the type of a part. @throws when there is none. */
export function readerOf<Reader>(part: string, json: TokenizerJson, readers: Readonly<Record<string, Reader>>): Reader {
  if (Object.hasOwn(readers, json.type)) return readers[json.type]!;
  const type = typeof json.type === 'string' ? JSON.stringify(json.type.slice(0, 80)) : 'without a type';
  throw new Error(`The ${part} ${type} is not supported. Supported are: ${Object.keys(readers).join(', ')}.`);
}
