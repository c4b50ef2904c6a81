import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { HubServer } from '@interlayer/test-kit';
import { describe, expect, it, vi } from 'vitest';
import type { HubProgress } from '../src/index';
import { contents, modelFiles, only, tinyHub, WANTED } from './fixture';

const WEIGHTS = 'model.safetensors';
/** Bytes of the weights. */
const SIZE = 400_000;
const sumOf = (files: Record<string, Uint8Array>) => createHash('sha256').update(files[WEIGHTS]!).digest('hex');
const ranges = ({ requests }: HubServer) =>
  requests.filter(({ host }) => host === 'cdn').map(({ range }) => range?.match(/^bytes=(\d+)-$/)?.[1] ?? 'whole');

interface Stop {
  /** Drop the connection when the bytes have arrived; without it the connection stays open in silence. */
  cut: boolean;
  times?: number;
  /** Whether the server knows ranges. */
  ranged?: boolean;
  /** What the server does afterwards, unless it serves as usual. */
  afterwards?(response: ServerResponse, content: Uint8Array): void;
}

/** Sends so many bytes of the weights and then no more. Gives the `onProgress` that tells when they have arrived. */
function stopAfter(server: HubServer, bytes: number, { cut, times = 1, ranged = true, afterwards }: Stop) {
  let left = times;
  let waiting: { response: ServerResponse; upTo: number } | undefined;
  server.intercept = ({ host, range }, response, content) => {
    if (host !== 'cdn') return false;
    if (left-- <= 0) {
      afterwards?.(response, content!);
      return afterwards !== undefined;
    }
    const from = ranged ? Number(range?.match(/\d+/)?.[0] ?? 0) : 0;
    const size = content!.length;
    const part = ranged && range ? { 'content-range': `bytes ${from}-${size - 1}/${size}` } : {};
    response.writeHead(ranged && range ? 206 : 200, { 'content-length': size - from, ...part });
    response.write(content!.subarray(from, from + bytes));
    waiting = { response, upTo: from + bytes };
    return true;
  };
  return ({ file, bytes, total }: HubProgress) => {
    // The weights come last: before them lies everything else that was missing.
    const arrived = bytes - (total - SIZE);
    if (!cut || file !== WEIGHTS || !waiting || arrived < waiting.upTo) return;
    waiting.response.destroy();
    waiting = undefined;
  };
}

describe('a transfer that is cut', () => {
  it('goes on where it was, and gives the same bytes', async () => {
    const { get, server, files } = await tinyHub();
    const onProgress = stopAfter(server, 100_000, { cut: true, times: 2 });
    const { folder } = await get({ onProgress });
    expect(ranges(server)).toEqual(['whole', '100000', '200000']);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });

  it('goes on when the connection falls silent', async () => {
    vi.stubEnv('HF_HUB_DOWNLOAD_TIMEOUT', '1');
    const { get, server, files } = await tinyHub();
    stopAfter(server, 100_000, { cut: false });
    const { folder } = await get();
    expect(ranges(server)).toEqual(['whole', '100000']);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });

  it('starts over with a server that does not know ranges', async () => {
    const { get, server, files } = await tinyHub();
    const afterwards = (response: ServerResponse, content: Uint8Array) => response.writeHead(200).end(content);
    const onProgress = stopAfter(server, 1000, { cut: true, ranged: false, afterwards });
    const { folder } = await get({ onProgress });
    expect(ranges(server)).toEqual(['whole', '1000']);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });

  it('is given up after some tries, and taken up by the next call', async () => {
    const { get, server, files, inCache } = await tinyHub();
    const onProgress = stopAfter(server, 5000, { cut: true, afterwards: (response) => response.destroy() });
    await expect(get({ onProgress })).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('some-lab/tiny'),
    });
    const left = (await readdir(inCache('blobs'))).filter((name) => name.endsWith('.incomplete'));
    expect(left).toEqual([`${sumOf(files)}.incomplete`]);
    server.intercept = undefined;
    server.requests.length = 0;
    const { folder, downloaded } = await get();
    expect(downloaded).toEqual([WEIGHTS]);
    expect(ranges(server)).toEqual(['5000']);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  }, 60_000);
});

describe('a call that is stopped', () => {
  it('throws the reason of its signal, and the next one goes on', async () => {
    const { get, server, files } = await tinyHub();
    stopAfter(server, 123_456, { cut: false });
    const stop = new AbortController();
    const reason = new Error('enough');
    const stopped = get({
      signal: stop.signal,
      onProgress: ({ file, bytes }) => file === WEIGHTS && bytes > 123_456 && stop.abort(reason),
    });
    await expect(stopped).rejects.toBe(reason);
    server.requests.length = 0;
    const { folder } = await get();
    expect(ranges(server)).toEqual(['123456']);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });

  it('asks nothing when it is stopped before', async () => {
    const { get, server } = await tinyHub();
    await expect(get({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(server.requests).toEqual([]);
  });

  it('by a kill leaves what its process wrote, and who is alive keeps their own', async () => {
    const { get, server, files, inCache } = await tinyHub();
    await get({ files: ['config.json'] });
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    const host = hostname().replace(/[^\w-]/g, '_');
    const partial = (pid: number) => inCache('blobs', `${sumOf(files)}.${host}.${pid}.abcdef01.incomplete`);
    await writeFile(partial(gone.pid!), files[WEIGHTS]!.subarray(0, 7000));
    await writeFile(partial(process.pid), files[WEIGHTS]!.subarray(0, 9000));
    const { folder } = await get();
    expect(ranges(server)).toEqual(['7000']);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
    expect((await readFile(partial(process.pid))).length).toBe(9000);
  });
});

describe('content that is wrong', () => {
  it('is deleted, and the error names both sums', async () => {
    const { get, server, files, inCache } = await tinyHub();
    const wrong = randomBytes(400_000);
    server.intercept = ({ host }, response) => host === 'cdn' && Boolean(response.writeHead(200).end(wrong));
    const error = await get().catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'HubError', reason: 'damaged' });
    expect(error.message).toContain(`model.safetensors has the sha256 ${sumOf({ [WEIGHTS]: wrong })}`);
    expect(error.message).toContain(`instead of ${sumOf(files)}`);
    expect((await readdir(inCache('blobs'))).filter((name) => name.startsWith(sumOf(files)))).toEqual([]);
  });

  it('of a small file is told by what git takes the sum of', async () => {
    const { get, server } = await tinyHub();
    server.intercept = ({ path }, response) =>
      path.endsWith('/resolve/0000000000000000000000000000000000000001/config.json') &&
      Boolean(response.writeHead(200).end('{"model_type":"GPT2"}'));
    await expect(get()).rejects.toThrow(/config\.json has the sha1 [0-9a-f]{40} instead of [0-9a-f]{40}/);
  });

  it('that is longer than it should be is no file either', async () => {
    const { get, server } = await tinyHub();
    server.intercept = ({ host }, response) =>
      host === 'cdn' && Boolean(response.writeHead(200).end(randomBytes(500_000)));
    await expect(get()).rejects.toMatchObject({ reason: 'damaged' });
  });

  it('left by an earlier call costs one clean transfer', async () => {
    const { get, server, files, inCache } = await tinyHub();
    await get({ files: ['config.json'] });
    for (const [left, asked] of [
      [randomBytes(7000), ['7000', 'whole']],
      [randomBytes(400_000), ['whole']],
      [randomBytes(500_000), ['whole']],
    ] as const) {
      await writeFile(inCache('blobs', `${sumOf(files)}.incomplete`), left);
      await writeFile(inCache('blobs', sumOf(files)), 'another length');
      server.requests.length = 0;
      const { folder } = await get();
      expect(ranges(server)).toEqual(asked);
      expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
    }
  });
});

it('two calls at once both end with the right bytes, and leave nothing behind', async () => {
  const { get, files, inCache } = await tinyHub(modelFiles({ [WEIGHTS]: randomBytes(5_000_000) }));
  for (const { folder } of await Promise.all([get(), get(), get()])) {
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  }
  expect((await readdir(inCache('blobs'))).every((name) => /^[0-9a-f]+$/.test(name))).toBe(true);
});
