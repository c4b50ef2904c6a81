import { setTimeout } from 'node:timers/promises';
import { datasetInfo, type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub';
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import { downloadTimeout } from './environment';
import { HubError } from './hub-error';
import { watchPace } from './pace';
import { proxyOf } from './proxy';
import { refusal } from './refusal';
import { repoId } from './repo-id';
import { retryAfter } from './retry-after';
import { isCommit } from './revision';
import { backoff, isTransient, TRIES, unreachable } from './unreachable';

/** The hub, for one reader of one repository. Every method throws a {@link HubError}, or the signal's reason. */
export interface Hub {
  /** The commit that a branch or tag is at. */
  commitOf(revision: string): Promise<string>;
  filesOf(commit: string): Promise<ListFileEntry[]>;
  /** The content of a file from a byte on: status 206, or 200 with all of it if the server does not support ranges. */
  read(commit: string, path: string, from: number): Promise<Response>;
  close(): Promise<void>;
}

/** A thousand files each, on the hub. */
const MOST_PAGES = 1000;

/** Bytes of an answer that is read into memory: a page of a list has some hundred thousand. */
const MOST_BYTES = 2 ** 26;

interface HubOptions {
  repo: string;
  endpoint: string;
  token?: string;
  signal?: AbortSignal;
}

/**
 * The library makes and reads the requests for metadata. Fetching is ours, because the library's has no retries, time limits,
 * proxies or errors that say what to do, and because the token must go to `endpoint` alone, even if a list continues on
 * another host (on redirects fetch itself drops it).
 */
export function openHub({ repo, endpoint, token, signal }: HubOptions): Hub {
  const timeout = 1000 * downloadTimeout();
  const dispatcher = openDispatcher({ connect: { timeout }, headersTimeout: timeout, bodyTimeout: timeout });

  const ask = async (url: string, init: RequestInit, take = async (response: Response) => response) => {
    const headers = new Headers(init.headers);
    // A compressed answer would have a different length, and no ranges.
    headers.set('accept-encoding', 'identity');
    if (token && new URL(url).origin === new URL(endpoint).origin) headers.set('authorization', `Bearer ${token}`);
    for (let attempt = 1; ; attempt++) {
      let wait = backoff(attempt);
      try {
        const request = { method: init.method, headers: [...headers], body: init.body as string, signal, dispatcher };
        const response = (await undiciFetch(url, request)) as unknown as Response;
        if (response.ok || response.status === 416) return await take(response);
        await response.body?.cancel();
        wait = retryAfter(response.headers) ?? wait;
        const again = response.status === 429 || response.status === 408 || response.status >= 500;
        if (!again || attempt === TRIES || wait > 60_000) throw refusal(response, { repo, endpoint, token });
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof HubError) throw error;
        if (attempt === TRIES || !isTransient(error)) throw unreachable(error, url);
      }
      await setTimeout(wait, undefined, { signal });
    }
  };
  /** For the library: the whole of an answer. */
  const askWhole = (url: unknown, init: RequestInit = {}) => ask(String(url), init, withWholeBody);
  const common = { hubUrl: endpoint, fetch: askWhole as typeof fetch };

  return {
    async commitOf(revision) {
      const { type, name } = repoId(repo);
      const wanted = { ...common, name, revision, additionalFields: ['sha' as const] };
      const { sha } = await (type === 'model' ? modelInfo(wanted) : datasetInfo(wanted));
      if (!isCommit(sha)) {
        throw new HubError(
          'unreachable',
          `${endpoint} gives ${JSON.stringify(sha)} as the commit of ${repo}@${revision}`,
        );
      }
      return sha;
    },
    async filesOf(commit) {
      const visited = new Set<string>();
      const askPage: typeof askWhole = (url, init) => {
        const wrong = visited.has(String(url)) ? 'comes back to a page that it began with' : 'has no end';
        if (visited.has(String(url)) || visited.size === MOST_PAGES) {
          throw new HubError(
            'unreachable',
            `${endpoint} gives a list of files that ${wrong} (page ${visited.size + 1})`,
          );
        }
        visited.add(String(url));
        return askWhole(url, init);
      };
      const entries: ListFileEntry[] = [];
      const pages = { ...common, fetch: askPage as typeof fetch };
      for await (const entry of listFiles({ ...pages, repo, revision: commit, recursive: true })) entries.push(entry);
      return entries;
    },
    read(commit, path, from) {
      const address = [...repo.split('/'), 'resolve', commit, ...path.split('/')].map(encodeURIComponent).join('/');
      return ask(`${endpoint}/${address}`, { headers: from > 0 ? { range: `bytes=${from}-` } : {} });
    },
    close: () => dispatcher.destroy(),
  };
}

/** @throws HubError `setting` when a proxy's address cannot be read; it is not shown, since it may hold a password. */
function openDispatcher(limits: Agent.Options): Dispatcher {
  const [http, https] = [proxyOf('http'), proxyOf('https')];
  if (!http && !https) return new Agent(limits);
  for (const proxy of [http, https]) {
    if (proxy && !URL.canParse(proxy.address))
      throw new HubError('setting', `${proxy.variable} is not an address; give one such as http://proxy.example:3128.`);
  }
  return new EnvHttpProxyAgent({ ...limits, httpProxy: http?.address, httpsProxy: https?.address });
}

/** Reads an answer to its end. @throws HubError when it has none, and what breaks off while it is read. */
async function withWholeBody(response: Response): Promise<Response> {
  const { host } = new URL(response.url);
  const keepPace = watchPace(`the answer of ${host}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.length;
    keepPace(bytes);
    if (bytes > MOST_BYTES) {
      throw new HubError('unreachable', `${host} answers a question with more than ${MOST_BYTES / 2 ** 20} MiB`);
    }
  }
  const { status, headers } = response;
  return new Response(Buffer.concat(chunks), { status, headers });
}
