import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { HubError } from './hub-error';

/**
 * A path as a shell reads it: `~` is the home folder, `$NAME` and `${NAME}` are environment variables, and what is relative
 * starts at the working directory.
 *
 * @param source where the path comes from, for errors.
 * @throws HubError `setting` when a variable is not set, or the path begins with the home of another user.
 */
export function absolutePath(path: string, source = 'The path'): string {
  const wrong = (why: string) => new HubError('setting', `${source} is "${path}", but ${why}. Give the whole path.`);
  const [, tilde, rest = ''] = /^(~[^/\\]*)[/\\]?(.*)$/s.exec(path) ?? [];
  if (tilde && tilde !== '~') throw wrong(`the home folder of another user (${tilde}) is not looked up`);
  const below = tilde ? join(homedir(), rest) : path;
  return resolve(
    below.replace(/\$(?:(\w+)|\{(\w+)\})/g, (_, plain: string | undefined, braced: string | undefined) => {
      const value = process.env[plain ?? braced!];
      if (!value) throw wrong(`the environment variable ${plain ?? braced} is not set`);
      return value;
    }),
  );
}
