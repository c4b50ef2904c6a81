import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { withoutSubject } from '../claim/schema';
import { subjects } from '../subjects';
import { holdsModel, type Subject } from '../subjects/subject';
import { downloadProgress } from './download-progress';
import { interruptible } from './interrupted';
import { say } from './say';
import { UsageError } from './usage-error';

const HUB_NAME = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:@(.+))?$/;

/** Ids that stand for something else in keys and file names. */
const TAKEN: readonly string[] = [...withoutSubject, ...subjects.map(({ id }) => id)];

function subjectOf(folder: string, called: string, name: string, scale: Subject['scale']): Subject {
  const id = called.replace(/[^\w.-]+/g, '-').replace(/^[.-]+|-+$/g, '') || 'model';
  return {
    id: TAKEN.includes(id) ? `${id}-given` : id,
    name,
    scale,
    variants: { base: folder },
    missing: 'its folder is gone',
  };
}

/**
 * The checkpoint that --model names, as a subject: a folder, or else a model on the hub, downloaded where the cache does not
 * have it.
 * @throws UsageError that says how to get one.
 */
export async function givenModel(given: string, here: string, scale: Subject['scale']): Promise<Subject> {
  const folder = resolve(here, given);
  if (holdsModel(folder)) return subjectOf(folder, basename(folder), given, scale);
  const [, repo, revision] = (!existsSync(folder) && HUB_NAME.exec(given)) || [];
  if (repo) return hubModel(repo, revision, scale);
  throw new UsageError(
    /^[\w.-]+$/.test(given) && !existsSync(folder)
      ? `--model ${given}: there is no folder ${folder}. Names on the hub are owner/name, such as openai-community/gpt2.`
      : `--model ${given}: there is no config.json in ${folder}, nor one .gguf file; give the folder of a checkpoint, or owner/name for one on the hub.`,
  );
}

/** Ctrl-C stops the download; what arrived by then stays for the next one. */
async function hubModel(repo: string, revision = 'main', scale: Subject['scale']): Promise<Subject> {
  // Loaded on use: who measures a folder needs no hub.
  const { HubError, hubFolder } = await import('@interlayer/hub-cache');
  const bar = downloadProgress(repo);
  try {
    const { folder, commit, unchecked } = await interruptible(
      () => 'Stopped. What was downloaded is kept; the same command resumes from there.',
      (signal) => hubFolder(repo, { revision, onProgress: bar.tell, signal }),
    );
    if (unchecked) say(`${repo}@${revision} was not checked (${unchecked}): the commit in the cache is ${commit}`);
    return subjectOf(folder, repo, `${repo}@${commit}`, scale);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    throw new UsageError(`--model ${repo}${revision === 'main' ? '' : `@${revision}`}: ${error.message}`);
  } finally {
    bar.clear();
  }
}
