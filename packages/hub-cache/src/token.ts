import { HubError } from './hub-error';

/**
 * A token without the line breaks and spaces that copying leaves in it (as Python's library cleans it); undefined if
 * nothing remains.
 *
 * @param source where the token comes from, for errors, which never show the token itself.
 * @throws HubError `setting` when it holds what no token can: a request with it would fail, and print it.
 */
export function requireToken(text: string, source: string): string | undefined {
  const token = text.replace(/[\r\n]/g, '').trim();
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new HubError(
      'setting',
      `${source} holds a token with spaces or other characters that no token has. Copy it again (Settings → Access Tokens on the hub).`,
    );
  }
  return token || undefined;
}
