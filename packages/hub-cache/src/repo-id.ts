import type { RepoId } from '@huggingface/hub';
import { HubError } from './hub-error';

const NAME = /^(datasets\/)?((?!datasets\/)[\w-][\w.-]*\/[\w-][\w.-]*)$/;

/**
 * The type and name of a repository on the hub.
 *
 * @param repo `owner/name` for a model, `datasets/owner/name` for a data set, as in the hub's addresses.
 * @throws HubError `not-found` when no repository can have this name.
 */
export function repoId(repo: string): RepoId & { type: 'model' | 'dataset' } {
  const [, dataset, name] = NAME.exec(repo) ?? [];
  if (name === undefined || /--|\.\./.test(name)) {
    throw new HubError(
      'not-found',
      `"${repo}" is not a model on the hub: names there are owner/name, and datasets/owner/name for data sets.`,
    );
  }
  return { type: dataset ? 'dataset' : 'model', name };
}
