import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from './usage-error';

/** The folder that --model means. Throws a {@link UsageError} that says how to get one, for a name of the hub too. */
export function modelFolder(given: string, here: string): string {
  const folder = resolve(here, given);
  if (existsSync(join(folder, 'config.json'))) return folder;
  const hub = !existsSync(folder) && /^[\w.-]+\/[\w.-]+$/.test(given);
  const name = given.split('/')[1];
  throw new UsageError(
    hub
      ? `--model ${given}: there is no folder ${folder}. If a name on the Hugging Face hub is meant: nothing is downloaded here. Get its files with "hf download ${given} config.json model.safetensors tokenizer.json --local-dir ${name}", then give --model ${name}.`
      : `--model ${given}: there is no config.json in ${folder}; give the folder of a checkpoint.`,
  );
}
