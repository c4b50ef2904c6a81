import { fileURLToPath } from 'node:url';

/** The models of this package, by name. */
export const miniBertNames = ['base'] as const;

export type MiniBertName = (typeof miniBertNames)[number];

/**
 * Path of a model's folder with config.json, model.safetensors (F16), tokenizer.json, card.json, README.md, log.jsonl and
 * curve.svg; `steps/<step>` in it has the weights of an earlier step where the card lists one.
 * @throws when there is no such model, naming those that there are.
 */
export function miniBertFolder(name: MiniBertName = 'base'): string {
  if (!miniBertNames.includes(name))
    throw new Error(`There is no mini-bert ${JSON.stringify(name)}; there is: ${miniBertNames.join(', ')}.`);
  return fileURLToPath(new URL(`../models/${name}`, import.meta.url));
}
