import { HubError } from './hub-error';

interface Asked {
  repo: string;
  endpoint: string;
  token?: string;
}

/** The error that a status and the hub's own header for its reason stand for. */
export function refusal(response: Response, { repo, endpoint, token }: Asked): HubError {
  const { status, headers, url } = response;
  const code = headers.get('x-error-code');
  const told = headers.get('x-error-message');
  const answer = `${new URL(url).host} answers ${status}${told ? ` (${told})` : ''}`;
  const login = token
    ? 'The token that was given has no access to it.'
    : 'Set HF_TOKEN to a token that may read it (Settings → Access Tokens on the hub).';
  if (code === 'GatedRepo') {
    const accept = `Accept its licence at ${endpoint}/${repo}`;
    return new HubError(
      'denied',
      `${repo} is gated: ${answer}. ${accept}${token ? '; the token that was given has no access yet.' : `, then set HF_TOKEN to a token of the account that did.`}`,
    );
  }
  if (code === 'RevisionNotFound') return new HubError('not-found', `${repo} has no such revision: ${answer}.`);
  if (code === 'EntryNotFound') return new HubError('not-found', `${repo} has no such file: ${answer} for ${url}.`);
  // The hub answers 401, not 404, to whoever asks for an unknown repository without a token.
  if (status === 401) return new HubError('denied', `${repo} does not exist, or is private: ${answer}. ${login}`);
  if (status === 403) {
    const firewall = 'Unless a firewall in between answers so:';
    return new HubError('denied', `${repo} may not be read: ${answer} for ${url}. ${firewall} ${login}`);
  }
  if (status === 404)
    return new HubError('not-found', `There is no model ${repo}: ${answer}. Is the name right? ${login}`);
  const later = headers.get('retry-after');
  return new HubError('busy', `${answer} for ${url}${later ? `, and asks to wait ${later} s` : ''}.`);
}
