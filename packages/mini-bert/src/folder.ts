import { fileURLToPath } from 'node:url';

/** The names of the models in this package. */
export const miniBertNames = [
  'base',
  'seed-2',
  'half-ffn',
  'half-ffn-seed-2',
  'third-ffn',
  'no-ffn',
  'attention-only',
  'relu',
  'no-skip',
] as const;

export type MiniBertName = (typeof miniBertNames)[number];

/**
 * Path of a model's folder with config.json, model.safetensors (F16), tokenizer.json, card.json, README.md, log.jsonl and
 * curve.svg. Its subfolder `steps/<step>` has the weights of an earlier step if the card lists one.
 * @throws when there is no such model; the message lists the names.
 */
export const miniBertFolder = (name: MiniBertName = 'base'): string => folderOf(name, miniBertNames);

/** Path of the folder of one of `names`. */
export function folderOf<Name extends string>(name: Name, names: readonly Name[]): string {
  if (!names.includes(name))
    throw new Error(`There is no mini-bert ${JSON.stringify(name)}. The names are: ${names.join(', ')}.`);
  return fileURLToPath(new URL(`../models/${name}`, import.meta.url));
}
