import { HubError } from './hub-error';
import { retryAfter } from './retry-after';

interface RequestContext {
  repo: string;
  endpoint: string;
  token?: string;
}

/** The error for a status and the hub's own header with the reason. */
export function refusal(response: Response, { repo, endpoint, token }: RequestContext): HubError {
  const { status, headers } = response;
  const { host, origin, pathname } = new URL(response.url);
  // Without the query, in which storage hosts carry signatures.
  const url = `${origin}${pathname}`;
  const code = headers.get('x-error-code');
  const message = headers.get('x-error-message');
  const answer = `${host} answers ${status}${message ? ` (${message})` : ''}`;
  const login = token
    ? 'The token has no access to it.'
    : 'Set HF_TOKEN to a token that may read it (Settings → Access Tokens on the hub).';
  if (code === 'GatedRepo') {
    const accept = `Accept its licence at ${endpoint}/${repo}`;
    return new HubError(
      'denied',
      `${repo} is gated: ${answer}. ${accept}${token ? '; the token has no access yet.' : `, then set HF_TOKEN to a token of the same account.`}`,
    );
  }
  if (code === 'RevisionNotFound') return new HubError('not-found', `${repo} has no such revision: ${answer}.`);
  if (code === 'EntryNotFound') return new HubError('not-found', `${repo} has no such file: ${answer} for ${url}.`);
  // The hub answers 401, not 404, to whoever asks for an unknown repository without a token.
  if (status === 401) return new HubError('denied', `${repo} does not exist, or is private: ${answer}. ${login}`);
  if (status === 403) {
    return new HubError(
      'denied',
      `${repo} may not be read: ${answer} for ${url}. Unless a firewall answered: ${login}`,
    );
  }
  if (status === 404)
    return new HubError('not-found', `There is no ${repo} on the hub: ${answer}. Is the name right? ${login}`);
  const wait = retryAfter(headers);
  const asks = wait === undefined ? '' : `, and asks to wait ${Math.ceil(wait / 1000)} s`;
  return new HubError('busy', `${answer} for ${url}${asks}.`);
}
