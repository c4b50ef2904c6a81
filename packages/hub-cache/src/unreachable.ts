import { HubError } from './hub-error';
import { proxyOf, shownProxy } from './proxy';

/** How often a request is tried before a transient fault counts as permanent. */
export const TRIES = 5;

/** Milliseconds before the next try: half a second, then twice as long each time. */
export const backoff = (attempt: number): number => 500 * 2 ** (attempt - 1);

/** An answer that is not what was asked for, or not all of it. */
export class BrokenAnswer extends Error {}

/** The error under fetch's "fetch failed" that has a code and a message; if several addresses failed, the first one's. */
function root(error: unknown): Error & { code?: string } {
  let current = error as Error & { code?: string; errors?: Error[] };
  for (;;) {
    const below = current.errors?.[0] ?? (current.code === undefined ? current.cause : undefined);
    if (!(below instanceof Error)) return current;
    current = below;
  }
}

const TRANSIENT = /^(ECONNRESET|EPIPE|EAI_AGAIN|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;

/** Whether the same request may succeed a moment later. */
export const isTransient = (error: unknown): boolean =>
  error instanceof BrokenAnswer || TRANSIENT.test(root(error).code ?? '');

/** The error for an address that cannot be reached; names the proxy, if there is one. */
export function unreachable(error: unknown, url: string): HubError {
  const { code, message } = root(error);
  const { protocol, host } = new URL(url);
  const proxy = proxyOf(protocol === 'https:' ? 'https' : 'http');
  const via = proxy ? ` through the proxy ${shownProxy(proxy)} (${proxy.variable})` : '';
  const what = code && !message.includes(code) ? [code, message].filter(Boolean).join(', ') : message;
  const fault = error instanceof BrokenAnswer ? 'does not send what it should' : 'cannot be reached';
  return new HubError('unreachable', `${host} ${fault}${via}: ${what}`, { cause: error });
}
