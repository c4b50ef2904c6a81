import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model or data set on the hub: its commits, what its branches and tags point to, and who may read it. */
export interface HubRepo {
  /** The files of each commit (40 digits). */
  commits: Record<string, Record<string, Uint8Array>>;
  refs: Record<string, string>;
  /** The only token that may read files; absent if everybody may. */
  gatedFor?: string;
}

export interface HubRequest {
  host: 'hub' | 'cdn';
  method: string;
  /** Without the query. */
  path: string;
  range?: string;
  authorization?: string;
}

export interface HubServer {
  /** The value for HF_ENDPOINT. */
  endpoint: string;
  /** Every request so far. */
  requests: HubRequest[];
  /** Returns true if it answered instead of the server. */
  intercept?: (request: HubRequest, response: ServerResponse, content: Uint8Array | undefined) => boolean;
  close(): Promise<void>;
}

/** Entries per page of a list: few, so that there are several pages. */
const PAGE = 3;

const isLarge = (path: string) => /\.(safetensors|parquet)$/.test(path);
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const gitSha1 = (content: Uint8Array) =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/**
 * Answers like the hub to a client that reads models (`owner/name`) and data sets (`datasets/owner/name`), on two ports of this
 * machine: revisions, paged lists, files with ETags and ranges; safetensors and parquet are redirected to the second port.
 */
export async function serveHub(repos: Record<string, HubRepo>): Promise<HubServer> {
  const requests: HubRequest[] = [];
  const listen = async (host: 'hub' | 'cdn') => {
    const made = createServer((request, response) => {
      const { method = '', headers } = request;
      const url = new URL(request.url!, 'http://localhost');
      const path = decodeURIComponent(url.pathname);
      const asked = { host, method, path, range: headers.range, authorization: headers.authorization };
      requests.push(asked);
      const content = contentOf(path);
      if (server.intercept?.(asked, response, content)) return;
      if (host === 'cdn') sendContent(request, response, content!, {});
      else answer(request, response, url);
    });
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return made;
  };
  const address = (made: Server) => `http://127.0.0.1:${(made.address() as AddressInfo).port}`;

  function contentOf(path: string): Uint8Array | undefined {
    const [, id, commit, file] = /^\/((?:datasets\/)?[^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const repo = repos[id!];
    return repo?.commits[repo.refs[commit!] ?? commit!]?.[file!];
  }

  function refuse(response: ServerResponse, status: number, code: string, message: string) {
    response.writeHead(status, {
      'x-error-code': code,
      'x-error-message': message,
      'content-type': 'application/json',
    });
    response.end(JSON.stringify({ error: message }));
  }

  function answer(request: IncomingMessage, response: ServerResponse, url: URL) {
    // Matched before decoding: a branch name may contain encoded slashes.
    const parts =
      /^(\/api\/models(?=\/)|\/api(?=\/datasets\/))?\/((?:datasets\/)?[^/]+\/[^/]+)\/(revision|tree|resolve)\/([^/]+)(?:\/(.+))?$/.exec(
        url.pathname,
      ) ?? [];
    const [, api, id, what, revision, file] = parts.map((part) => part && decodeURIComponent(part));
    const repo = repos[id!];
    // Like the hub: without a token, an unknown repository looks the same as a private one.
    if (!repo)
      return refuse(response, request.headers.authorization ? 404 : 401, 'RepoNotFound', 'Repository not found');
    const commit = repo.refs[revision!] ?? revision!;
    const files = repo.commits[commit];
    if (!files) return refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
    const json = (value: unknown, headers = {}) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(value));
    };
    if (api && what === 'revision')
      return json({ _id: '0', id: id!.replace('datasets/', ''), sha: commit, private: false });
    if (api && what === 'tree') {
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const names = Object.keys(files).sort();
      const next = new URL(`${server.endpoint}${url.pathname}${url.search}`);
      next.searchParams.set('cursor', String(from + PAGE));
      const entries = names.slice(from, from + PAGE).map((entry) => {
        const [content, size] = [files[entry]!, files[entry]!.length];
        const lfs = isLarge(entry) ? { lfs: { oid: sha256(content), size, pointerSize: 130 } } : {};
        return { type: 'file', path: entry, size, oid: gitSha1(content), ...lfs };
      });
      return json(entries, from + PAGE < names.length ? { link: `<${next}>; rel="next"` } : {});
    }
    const content = files[file!];
    if (!content) return refuse(response, 404, 'EntryNotFound', 'Entry not found');
    if (repo.gatedFor && request.headers.authorization !== `Bearer ${repo.gatedFor}`) {
      const status = request.headers.authorization ? 403 : 401;
      return refuse(response, status, 'GatedRepo', `Access to ${id} is restricted`);
    }
    if (!isLarge(file!)) {
      return sendContent(request, response, content, { 'x-repo-commit': commit, etag: `"${gitSha1(content)}"` });
    }
    response.writeHead(302, {
      location: `${address(cdn)}${url.pathname}`,
      'x-repo-commit': commit,
      'x-linked-size': content.length,
      'x-linked-etag': `"${sha256(content)}"`,
    });
    response.end();
  }

  function sendContent(request: IncomingMessage, response: ServerResponse, content: Uint8Array, headers: object) {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? -1);
    const size = content.length;
    if (from >= size) response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    else {
      const part = content.subarray(Math.max(0, from));
      const range = from < 0 ? {} : { 'content-range': `bytes ${from}-${size - 1}/${size}` };
      response.writeHead(from < 0 ? 200 : 206, { ...headers, ...range, 'content-length': part.length });
      response.end(request.method === 'HEAD' ? undefined : part);
    }
  }

  const [hub, cdn] = [await listen('hub'), await listen('cdn')];
  const server: HubServer = {
    endpoint: address(hub),
    requests,
    async close() {
      for (const made of [hub, cdn]) {
        made.closeAllConnections();
        await new Promise((resolve) => made.close(resolve));
      }
    },
  };
  return server;
}
