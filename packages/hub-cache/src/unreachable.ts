import { HubError } from './hub-error';

/** How often a request is made before a passing fault counts as a lasting one. */
export const TRIES = 5;

/** Milliseconds before the next try: half a second, then twice as long each time. */
export const backoff = (attempt: number): number => 500 * 2 ** (attempt - 1);

/** The error below fetch's "fetch failed" that has a code and a message; of several addresses that failed, the first's. */
function root(error: unknown): Error & { code?: string } {
  let found = error as Error & { code?: string; errors?: Error[] };
  for (;;) {
    const below = found.errors?.[0] ?? (found.code === undefined ? found.cause : undefined);
    if (!(below instanceof Error)) return found;
    found = below;
  }
}

const PASSING = /^(ECONNRESET|EPIPE|EAI_AGAIN|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;

/** Whether the same request may well succeed a moment later. */
export const isTransient = (error: unknown): boolean => PASSING.test(root(error).code ?? '');

/** What keeps an address from being reached, with the hint that helps with it. */
export function unreachable(error: unknown, url: string): HubError {
  const { code, message } = root(error);
  const { protocol, host } = new URL(url);
  const name = `${protocol.slice(0, -1)}_proxy`;
  const proxy = process.env[name] ?? process.env[name.toUpperCase()];
  const via = proxy ? ` through the proxy ${proxy.replace(/\/\/[^/@]*@/, '//')} (${name.toUpperCase()})` : '';
  const what = code && !message.includes(code) ? [code, message].filter(Boolean).join(', ') : message;
  return new HubError('unreachable', `${host} cannot be reached${via}: ${what}`, { cause: error });
}
