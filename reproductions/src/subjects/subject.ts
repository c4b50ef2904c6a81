import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromPretrained } from '@interlayer/auto-model';
import { type Need, type Scale, variantsOf, type withoutSubject } from '../claim/schema';
import { bertSpecimen } from './bert';
import { gptSpecimen } from './gpt';
import { llamaSpecimen } from './llama';
import type { Specimen } from './specimen';
import { startOf } from './start';
import type { TaskTexts } from './task-texts';

/** One column of the report: a model with its tokenizer. */
export interface Subject {
  /** In keys, file names and labels: `mini-gpt`. */
  id: string;
  /** What reports call it, where that is not its id: a folder as it was given, or owner/name@commit. */
  name?: string;
  scale: Exclude<Scale, (typeof withoutSubject)[number]>;
  /** The folder of each trained model; `base` is the one that claims ask unless they name another. */
  variants: Readonly<Record<string, string>>;
  /** Folder of the tokenizer, where it is not beside the weights. */
  tokenizer?: string;
  /** The texts that it is measured on in place of the corpus. */
  reads?: TaskTexts;
  /** What to do where the folder is not there. */
  missing: string;
}

/** A subject, or a text that a material reads, is not here: the message says what is missing and what to do. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/** Whether a folder holds a checkpoint: in the hub's layout, or as one GGUF file. */
export const holdsModel = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true &&
  (existsSync(join(folder, 'config.json')) || readdirSync(folder).filter((name) => /\.gguf$/i.test(name)).length === 1);

export const folderOf = ({ id, variants, missing }: Subject, variant: string): string => {
  const folder = variants[variant];
  if (folder === undefined)
    throw new Unavailable(`${id} has no variant ${variant}; it has ${Object.keys(variants).join(', ')}`);
  if (!holdsModel(folder)) throw new Unavailable(`${id} is not here: ${missing}`);
  return folder;
};

/** The variants that are needed and that a subject does not have, in words; undefined where it has all. */
export function lackingVariants({ variants }: Subject, needs: readonly Need[]): string | undefined {
  const missing = variantsOf(needs, variants).filter((name) => !(name in variants));
  return missing.length ? `it has no variant trained as ${missing.join(', ')}` : undefined;
}

/**
 * Opens a variant of a subject.
 * @throws Unavailable that says what is missing, and what to do.
 */
export async function openSpecimen(subject: Subject, variant = 'base'): Promise<Specimen> {
  const folder = folderOf(subject, variant);
  const refuse = (error: unknown): never => {
    const why = (error as Error).message.replace(/\.$/, '');
    throw new Unavailable(`the model in ${folder} cannot be measured: ${why}`);
  };
  // Earlier weights are kept without the tokenizer, which is that of the model.
  const tokenizer = subject.tokenizer ?? (variant.startsWith('step-') ? folderOf(subject, 'base') : undefined);
  const loaded = await fromPretrained(folder, { tokenizer }).catch(refuse);
  try {
    if (!loaded.tokenizer)
      throw new Error('it has no tokenizer; put its tokenizer.json (or vocab.txt) beside the weights');
    const { tokenizer } = loaded;
    switch (loaded.family) {
      case 'bert':
        return bertSpecimen(loaded.model, tokenizer, startOf(folder, 'masked'));
      case 'gpt2':
        return gptSpecimen(loaded.model, tokenizer, startOf(folder, 'causal'));
      case 'llama':
        return llamaSpecimen(loaded.model, tokenizer, startOf(folder, 'causal'));
    }
  } catch (error) {
    loaded.model.dispose();
    return refuse(error);
  }
}
