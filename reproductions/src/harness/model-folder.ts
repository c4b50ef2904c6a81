import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hubModel } from './hub-model';
import { UsageError } from './usage-error';

/** The checkpoint that --model means. */
export interface GivenModel {
  folder: string;
  /** What reports call it: the folder as it was given, or owner/name@commit. */
  name: string;
}

const HUB_NAME = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:@(.+))?$/;

/**
 * A folder, or else a model on the hub by its name, downloaded where the cache does not have it.
 * @throws UsageError that says how to get one.
 */
export async function givenModel(given: string, here: string): Promise<GivenModel> {
  const folder = resolve(here, given);
  if (existsSync(join(folder, 'config.json'))) return { folder, name: given };
  const [, repo, revision] = (!existsSync(folder) && HUB_NAME.exec(given)) || [];
  if (repo) return hubModel(repo, revision);
  throw new UsageError(
    /^[\w.-]+$/.test(given) && !existsSync(folder)
      ? `--model ${given}: there is no folder ${folder}. Names on the hub are owner/name, such as openai-community/gpt2.`
      : `--model ${given}: there is no config.json in ${folder}; give the folder of a checkpoint, or owner/name for one on the hub.`,
  );
}
