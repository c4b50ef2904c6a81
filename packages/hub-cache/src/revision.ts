import { HubError } from './hub-error';

/** A commit, which never changes, in contrast to a branch or tag. */
export const isCommit = (revision: unknown): revision is string =>
  typeof revision === 'string' && /^[0-9a-f]{40}$/.test(revision);

/** What git forbids in the name of a branch or tag, and what would lead out of a folder. */
const FORBIDDEN = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|(^|\/)\.|\.lock(\/|$)|^[-/]|[./]$|^@$|^$/;

/** @throws HubError `not-found` when git could not have a branch or tag of this name. */
export function requireRevision(revision: string): void {
  if (FORBIDDEN.test(revision))
    throw new HubError('not-found', `"${revision}" is not a revision: give a branch, a tag or a commit.`);
}
