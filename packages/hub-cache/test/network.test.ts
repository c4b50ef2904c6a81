import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { COMMIT, modelFiles, REPO, tinyHub } from './fixture';

/** Starts a server on a port of its own, until the test ends. */
async function started(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the token', () => {
  it('goes to the hub with every question, and to no other host that the hub sends one to', async () => {
    const { get, server } = await tinyHub(modelFiles(), { gatedFor: 'hf_secret' });
    await get({ token: 'hf_secret' });
    const tokens = (host: string) => [
      ...new Set(server.requests.filter((request) => request.host === host).map(({ authorization }) => authorization)),
    ];
    expect(tokens('hub')).toEqual(['Bearer hf_secret']);
    expect(tokens('cdn')).toEqual([undefined]);
  });

  it.each(['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'])(
    'is read from %s, without the line breaks of a copy',
    async (name) => {
      const { get, server } = await tinyHub(modelFiles(), { gatedFor: 'hf_secret' });
      vi.stubEnv(name, ' hf_sec\nret\r\n');
      await get();
      expect(new Set(server.requests.filter(({ host }) => host === 'hub').map((each) => each.authorization))).toEqual(
        new Set(['Bearer hf_secret']),
      );
      expect((await get({ token: 'hf_sec\r\nret' })).commit).toBe(COMMIT);
    },
  );

  it('is not sent where HF_HUB_DISABLE_IMPLICIT_TOKEN forbids it, unless it is given', async () => {
    const { get } = await tinyHub(modelFiles(), { gatedFor: 'hf_secret' });
    vi.stubEnv('HF_TOKEN', 'hf_secret');
    vi.stubEnv('HF_HUB_DISABLE_IMPLICIT_TOKEN', '1');
    await expect(get()).rejects.toMatchObject({ reason: 'denied' });
    expect((await get({ token: 'hf_secret' })).commit).toBe(COMMIT);
  });

  it.each(['hf_se cret', 'hf_sécret', 'hf_\u0000secret'])('%j is refused without being shown', async (token) => {
    const { get, server } = await tinyHub();
    const stored = join(await temporaryFolder(), 'token');
    await writeFile(stored, token);
    vi.stubEnv('HF_TOKEN_PATH', stored);
    for (const [source, options] of [
      ['token', { token }],
      [stored, {}],
    ] as const) {
      const error = await get(options).catch((thrown) => thrown);
      expect(error).toMatchObject({ name: 'HubError', reason: 'setting' });
      expect(error.message).toContain(`${source} holds a token with spaces or other characters that no token has`);
      expect(inspect(error)).not.toMatch(/cret/);
    }
    expect(server.requests).toEqual([]);
  });

  it('is not in what an error shows of the address of a storage host', async () => {
    const { get, server } = await tinyHub();
    server.intercept = ({ path }, response) => {
      if (path === '/signed') return Boolean(response.writeHead(403).end());
      if (!path.endsWith('/model.safetensors')) return false;
      return Boolean(response.writeHead(302, { location: `${server.endpoint}/signed?X-Amz-Signature=secret` }).end());
    };
    const error = await get().catch((thrown) => thrown);
    expect(error.message).toContain(`answers 403 for ${server.endpoint}/signed.`);
    expect(inspect(error)).not.toContain('secret');
  });

  it('does not follow a list that goes on elsewhere', async () => {
    const { get, server } = await tinyHub();
    const seen: (string | undefined)[] = [];
    const elsewhere = await started(
      createServer(({ headers }, response) => {
        seen.push(headers.authorization);
        response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
      }),
    );
    server.intercept = ({ path }, response) =>
      path.includes('/tree/') &&
      Boolean(response.writeHead(200, { link: `<${elsewhere}/more>; rel="next"` }).end('[]'));
    await expect(get({ token: 'hf_secret' })).rejects.toThrow('there is no config.json');
    expect(seen).toEqual([undefined]);
  });
});

describe('a hub that is busy', () => {
  it.each([503, 429, 500])('with %i is asked again', async (status) => {
    const { get, server } = await tinyHub();
    const refused = new Set<string>();
    server.intercept = ({ host, path }, response) => {
      const key = `${host} ${path}`;
      if (refused.has(key)) return false;
      refused.add(key);
      response.writeHead(status, { 'retry-after': '0' }).end('busy');
      return true;
    };
    expect((await get()).commit).toBe(COMMIT);
    expect(refused.size).toBeGreaterThan(5);
  });

  it('for good is told as such after five tries; with the model in the cache, that is used', async () => {
    const { get, server } = await tinyHub();
    const busy = () => {
      server.requests.length = 0;
      server.intercept = (_, response) => Boolean(response.writeHead(503, { 'retry-after': '0' }).end());
    };
    busy();
    await expect(get()).rejects.toMatchObject({ reason: 'busy', message: expect.stringContaining('answers 503') });
    expect(server.requests).toHaveLength(5);
    server.intercept = undefined;
    await get();
    busy();
    expect((await get()).unchecked).toContain('answers 503');
  });

  it('and asks for a long wait is not waited for', async () => {
    const { get, server } = await tinyHub();
    server.intercept = (_, response) => Boolean(response.writeHead(429, { 'retry-after': '300' }).end());
    await expect(get()).rejects.toThrow('and asks to wait 300 s');
    expect(server.requests).toHaveLength(1);
  });

  it('and silent is given up after the time limit', async () => {
    vi.stubEnv('HF_HUB_DOWNLOAD_TIMEOUT', '0.2');
    const { get, server } = await tinyHub();
    server.intercept = () => true;
    await expect(get()).rejects.toThrow(/UND_ERR_HEADERS_TIMEOUT/);
  }, 60_000);
});

describe('a proxy', () => {
  it('that the environment names is used', async () => {
    const { get, server } = await tinyHub();
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', ({ url }, socket, head) => {
      asked.push(url!);
      const { hostname, port } = new URL(`http://${url}`);
      const onward = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => {});
    });
    vi.stubEnv('http_proxy', await started(proxy));
    expect((await get()).commit).toBe(COMMIT);
    expect(asked).toContain(new URL(server.endpoint).host);
  });

  it('may be named without a scheme, as curl takes it', async () => {
    const { get, server } = await tinyHub();
    let connected = 0;
    const proxy = createServer().on('connect', (_, socket) => {
      connected++;
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    vi.stubEnv('http_proxy', (await started(proxy)).slice('http://'.length));
    await expect(get()).rejects.toThrow(/through the proxy http:\/\/127\.0\.0\.1:\d+ \(http_proxy\)/);
    expect(connected).toBeGreaterThan(0);
    expect(server.requests).toEqual([]);
  });

  it('whose address cannot be read is refused without being shown', async () => {
    const { get } = await tinyHub();
    vi.stubEnv('HTTPS_PROXY', 'http://user:secret@bad host:1');
    const error = await get().catch((thrown) => thrown);
    expect(error).toMatchObject({
      reason: 'setting',
      message: expect.stringContaining('HTTPS_PROXY is not an address'),
    });
    expect(inspect(error)).not.toContain('secret');
  });

  it('that does not answer is named', async () => {
    const { get } = await tinyHub();
    vi.stubEnv('http_proxy', 'http://user:secret@127.0.0.1:9');
    const error = await get().catch((thrown) => thrown);
    expect(error.message).toContain('through the proxy http://127.0.0.1:9 (http_proxy)');
    expect(error.message).not.toContain('secret');
    expect(error.message).toContain(REPO);
  });
});

it('a host with several addresses that all refuse is told by the first', async () => {
  const { get, server } = await tinyHub();
  await server.close();
  const { port } = new URL(server.endpoint);
  await expect(get({ endpoint: `http://localhost:${port}` })).rejects.toThrow(
    /localhost:\d+ cannot be reached: connect ECONN/,
  );
});
