import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type HubServer, temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it, vi } from 'vitest';
import { asked, COMMIT, contents, LATER, modelFiles, only, tinyHub, WANTED } from './fixture';

const WEIGHTS = 'model.safetensors';
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const bytes = (text: string) => new TextEncoder().encode(text);

type Intercept = NonNullable<HubServer['intercept']>;

/** Sends the first bytes of a whole answer; the rest is cut off, or never comes. */
function part(response: ServerResponse, content: Uint8Array, length: number, cut: boolean): true {
  response.writeHead(200, { 'content-length': content.length });
  response.write(content.subarray(0, length), () => cut && response.destroy());
  return true;
}

/** How a storage host keeps a transfer from ending. */
const endless: Record<string, { intercept: Intercept; message: RegExp }> = {
  'ignores ranges, and always cuts short': {
    intercept: ({ host }, response, content) => host === 'cdn' && part(response, content!, 100_000, true),
    message:
      /does not send what it should: the answer ends|cannot be reached: .*(UND_ERR_SOCKET|ECONNRESET|terminated)/,
  },
  'ignores ranges, and stalls in the middle': {
    intercept: ({ host }, response, content) => host === 'cdn' && part(response, content!, 100_000, false),
    message: /UND_ERR_BODY_TIMEOUT|less than 64 KiB/,
  },
  'answers 416 after a cut': {
    intercept: ({ host, range }, response, content) =>
      host === 'cdn' && (range ? Boolean(response.writeHead(416).end()) : part(response, content!, 100_000, true)),
    message: /does not send what it should: the answer is 416, not the bytes asked for|cannot be reached/,
  },
  'answers with another range': {
    intercept({ host, range }, response, content) {
      if (host !== 'cdn') return false;
      if (!range) return part(response, content!, 100_000, true);
      return Boolean(response.writeHead(206, { 'content-range': 'bytes 5-9/400000' }).end('other'));
    },
    message: /does not send what it should: the answer is 206 with bytes 5-9\/400000|cannot be reached/,
  },
  'says that the file has another size': {
    intercept({ host, range }, response, content) {
      if (host !== 'cdn') return false;
      if (!range) return part(response, content!, 100_000, true);
      return Boolean(response.writeHead(206, { 'content-range': 'bytes 100000-500000/500001' }).end('other'));
    },
    message: /the answer is 206 with bytes 100000-500000\/500001|cannot be reached/,
  },
  'sends drop by drop': {
    intercept({ host }, response, content) {
      if (host !== 'cdn') return false;
      response.writeHead(200, { 'content-length': content!.length });
      const drops = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(drops));
      return true;
    },
    message: /less than 64 KiB of model\.safetensors arrived in 15 s/,
  },
  'lists files in a circle': {
    intercept({ path }, response) {
      if (!path.includes('/tree/')) return false;
      const { host } = response.req.headers;
      response.writeHead(200, { link: `<http://${host}${response.req.url}>; rel="next"` }).end('[]');
      return true;
    },
    message: /gives a list of files that comes back to a page that it began with \(page 2\)/,
  },
  'lists files without end': {
    intercept({ path }, response) {
      if (!path.includes('/tree/')) return false;
      const { host } = response.req.headers;
      response.writeHead(200, { link: `<http://${host}${path}?page=${Math.random()}>; rel="next"` }).end('[]');
      return true;
    },
    message: /gives a list of files that has no end \(page 1001\)/,
  },
};

describe('a hub that never comes to an end', () => {
  it('is given up after tries that got no further, with the reason', async () => {
    vi.stubEnv('HF_HUB_DOWNLOAD_TIMEOUT', '0.5');
    await Promise.all(
      Object.values(endless).map(async ({ intercept, message }) => {
        const { get, server } = await tinyHub();
        server.intercept = intercept;
        await expect(get()).rejects.toMatchObject({ reason: 'unreachable', message: expect.stringMatching(message) });
        expect(asked(server, 'cdn').length).toBeLessThanOrEqual(10);
      }),
    );
  }, 60_000);

  it('stops at once when the signal says so', async () => {
    vi.stubEnv('HF_HUB_DOWNLOAD_TIMEOUT', '20');
    const reason = new Error('enough');
    await Promise.all(
      Object.entries(endless).map(async ([what, { intercept }]) => {
        // This list ends before the signal comes.
        if (what === 'lists files in a circle') return;
        const { get, server } = await tinyHub();
        server.intercept = intercept;
        const stop = new AbortController();
        setTimeout(() => stop.abort(reason), 400);
        const began = Date.now();
        await expect(get({ signal: stop.signal }), what).rejects.toBe(reason);
        expect(Date.now() - began, what).toBeLessThan(5000);
      }),
    );
  }, 30_000);
});

describe('names for one place', () => {
  it.each(['x//a', './x', 'x/.', 'x/', '', 'x/../a', '/x', 'x\\a', 'C:x', 'x\0'])('%j is refused', async (name) => {
    const { get } = await tinyHub({ ...modelFiles(), 'x/a': randomBytes(3), [name]: randomBytes(4) });
    await expect(get({ files: ['*', 'x/*'] })).rejects.toMatchObject({
      reason: 'unfit',
      message: expect.stringContaining(`it lists ${JSON.stringify(name)}`),
    });
  });

  it.skipIf(process.platform === 'win32')('that are one folder behind a link end in an error', async () => {
    const { get, inCache } = await tinyHub({ 'x/a': bytes('one'), 'X/a': bytes('other'), b: bytes('b') });
    await get({ files: ['x/a'] });
    await symlink('x', inCache('snapshots', COMMIT, 'X'));
    await expect(get({ files: ['x/*', 'X/*'] })).rejects.toMatchObject({
      reason: 'disk',
      message: expect.stringMatching(
        /a was stored in .*, and is not there: [xX]\/a is the same file where case does not/,
      ),
    });
  });

  it.skipIf(process.platform === 'win32')('a folder of snapshots behind a link is filled like any other', async () => {
    const { get, files, inCache } = await tinyHub();
    await get({ files: ['config.json'] });
    const elsewhere = join(await temporaryFolder(), 'deeper', 'down');
    await mkdir(elsewhere, { recursive: true });
    await rename(inCache('snapshots'), join(elsewhere, 'snapshots'));
    await symlink(join(elsewhere, 'snapshots'), inCache('snapshots'));
    const { folder } = await get();
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });
});

describe('a list of files', () => {
  const list = (inCache: (...names: string[]) => string) => inCache('trees', `${COMMIT}.json`);
  const answer =
    (body: string): Intercept =>
    ({ path }, response) =>
      path.includes('/tree/') && Boolean(response.writeHead(200).end(body));
  const entry = (more: object) => ({ type: 'file', path: 'config.json', size: 21, oid: '0'.repeat(40), ...more });

  it.each([
    ['empty', '[]', 'there is no config.json'],
    ['with a wrong sum', undefined, 'has the sha256'],
    [
      'with a negative size',
      JSON.stringify([entry({ size: -1 })]),
      '"config.json" (0000000000000000000000000000000000000000, -1 bytes)',
    ],
    ['with a size in letters', JSON.stringify([entry({ size: 'abc' })]), 'abc bytes), which cannot be stored'],
    ['with a sum that is none', JSON.stringify([entry({ oid: ['0'.repeat(40)] })]), 'which cannot be stored'],
    ['of other things', '[null]', 'does not answer as the hub does'],
    ['that is not JSON', '<html>', 'does not answer as the hub does'],
  ])('%s is not kept', async (_, body, message) => {
    const { get, server, files, inCache } = await tinyHub();
    const wrong = randomBytes(400_000);
    server.intercept =
      body === undefined
        ? ({ host }, response) => host === 'cdn' && Boolean(response.writeHead(200).end(wrong))
        : answer(body);
    await expect(get()).rejects.toThrow(message);
    server.intercept = undefined;
    const { folder } = await get();
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
    expect(Object.keys(JSON.parse(await readFile(list(inCache), 'utf8')).files).sort()).toEqual(
      Object.keys(files).sort(),
    );
  });

  it('that was kept and does not fit is named, so that it can be removed', async () => {
    const { get, inCache } = await tinyHub();
    await get({ files: ['config.json'] });
    await writeFile(list(inCache), JSON.stringify({ format_version: 1, files: {} }));
    for (const revision of ['main', COMMIT])
      await expect(get({ revision })).rejects.toThrow(
        `The list of files comes from ${list(inCache)}; if it is wrong, remove`,
      );
    await expect(get({ offline: true })).rejects.toThrow(`no files, by the list of files in ${list(inCache)}`);
  });

  it.each([-1, 'abc', 1.5, null])('that was kept with the size %j is asked for again', async (size) => {
    const { get, files, inCache } = await tinyHub();
    await get({ files: ['config.json'] });
    const kept = JSON.parse(await readFile(list(inCache), 'utf8'));
    kept.files[WEIGHTS] = { size, blob_id: '0'.repeat(40) };
    await writeFile(list(inCache), JSON.stringify(kept));
    const { folder } = await get();
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });
});

describe('a cache that somebody else wrote to', () => {
  it.each(['../../../elsewhere', 'main', '0'.repeat(39), ''])('with %j for a commit has no commit', async (noted) => {
    const { get, inCache } = await tinyHub();
    await get();
    await writeFile(inCache('refs', 'main'), noted);
    await expect(get({ offline: true })).rejects.toThrow(`no commit is recorded for main, but ${COMMIT} is complete`);
    await get();
    expect(await readFile(inCache('refs', 'main'), 'utf8')).toBe(COMMIT);
  });

  it.skipIf(process.platform === 'win32')('with a link for an unfinished file: it is not followed', async () => {
    const { get, files, inCache } = await tinyHub();
    await get({ files: ['config.json'] });
    const victim = join(await temporaryFolder(), 'notes.txt');
    await writeFile(victim, 'mine');
    for (const name of ['incomplete', 'x.incomplete']) {
      await symlink(victim, inCache('blobs', `${sha256(files[WEIGHTS]!)}.${name}`));
    }
    const { folder } = await get();
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
    expect(await readFile(victim, 'utf8')).toBe('mine');
  });

  it('with other bytes of the same number: they are replaced', async () => {
    const { get, files, inCache } = await tinyHub();
    await get({ files: ['config.json'] });
    await writeFile(inCache('blobs', sha256(files[WEIGHTS]!)), randomBytes(400_000));
    const { folder, downloaded } = await get();
    expect(downloaded).toContain(WEIGHTS);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
    // Altered in place, in a snapshot that was complete, with a list of files or without one.
    for (const without of [[], ['trees']]) {
      for (const name of without) await rename(inCache(name), inCache(`${name}-away`));
      await writeFile(inCache('blobs', sha256(files[WEIGHTS]!)), randomBytes(400_000));
      await expect(get({ offline: true })).rejects.toThrow('it lacks model.safetensors');
      expect((await get({ revision: COMMIT })).downloaded).toEqual([WEIGHTS]);
      expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
    }
  });

  it('is read once: what was right is remembered', async () => {
    const { get, files, inCache } = await tinyHub();
    await get();
    const blob = inCache('blobs', sha256(files[WEIGHTS]!));
    const [line] = (await readFile(inCache('checked', sha256(files[WEIGHTS]!)), 'utf8')).split('\n');
    const { atime, mtime, mtimeMs, ino } = await stat(blob);
    expect(line).toBe(`${ino} 400000 ${mtimeMs}`);
    // Other bytes at the same time of change pass, which shows that they were not read again.
    await writeFile(blob, randomBytes(400_000));
    await utimes(blob, atime, mtime);
    const now = await stat(blob);
    await writeFile(inCache('checked', sha256(files[WEIGHTS]!)), `${now.ino} ${now.size} ${now.mtimeMs}\n`);
    expect((await get({ revision: COMMIT })).downloaded).toEqual([]);
  });
});

describe('answers of a hub with a clock, and of one that moves', () => {
  it('may name the time to ask again as a date', async () => {
    const { get, server } = await tinyHub();
    let refused = 0;
    server.intercept = (_, response) => {
      if (refused++ > 0) return false;
      const soon = new Date(Date.now() + 1500).toUTCString();
      return Boolean(response.writeHead(503, { 'retry-after': soon }).end());
    };
    expect((await get()).commit).toBe(COMMIT);
    server.intercept = (_, response) => {
      const late = new Date(Date.now() + 3_600_000).toUTCString();
      return Boolean(response.writeHead(429, { 'retry-after': late }).end());
    };
    await expect(get({ revision: LATER })).rejects.toThrow(/answers 429 for .*, and asks to wait 3[56]\d\d s/);
    let tries = 0;
    server.intercept = (_, response) => {
      if (tries++ > 0) return false;
      return Boolean(response.writeHead(503, { 'retry-after': 'soon' }).end());
    };
    expect((await get()).commit).toBe(COMMIT);
  });

  it('may change between two requests: one transfer from the first byte decides', async () => {
    const { get, server, files } = await tinyHub();
    const old = randomBytes(400_000);
    let requests = 0;
    server.intercept = ({ host }, response) => host === 'cdn' && requests++ === 0 && part(response, old, 100_000, true);
    const { folder } = await get();
    expect(requests).toBe(3);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });

  it('are not blamed for an index that is not JSON', async () => {
    const { 'model.safetensors': _, ...others } = modelFiles();
    for (const [index, message] of [
      ['{', 'model.safetensors.index.json is not JSON'],
      ['null', 'has no "weight_map"'],
      ['{"weight_map":{"a":5}}', 'puts tensors into 5, which does not exist'],
    ] as const) {
      const { get } = await tinyHub({ ...others, 'model.safetensors.index.json': bytes(index) });
      const error = await get().catch((thrown) => thrown);
      expect(error).toMatchObject({ reason: 'unfit', message: expect.stringContaining(message) });
    }
  });
});

it('leaves nothing unfinished behind', async () => {
  const { get, inCache } = await tinyHub();
  await get();
  expect((await readdir(inCache())).sort()).toEqual(['blobs', 'checked', 'refs', 'snapshots', 'trees']);
});
