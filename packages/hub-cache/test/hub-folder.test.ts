import { createHash, randomBytes } from 'node:crypto';
import { lstat, open, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { appendChunk } from '../src/append-chunk';
import { HubError, hubFolder } from '../src/index';
import { requireRoom } from '../src/require-room';
import { asked, COMMIT, contents, LATER, modelFiles, only, REPO, tinyHub, WANTED } from './fixture';

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

describe('a model that is not in the cache', () => {
  it('comes with the files that a model is loaded from, byte for byte, and no others', async () => {
    const { get, files } = await tinyHub();
    const { folder, commit, downloaded, unchecked } = await get();
    expect({ commit, unchecked }).toEqual({ commit: COMMIT, unchecked: undefined });
    expect(downloaded.toSorted()).toEqual(WANTED);
    expect(downloaded.at(-1)).toBe('model.safetensors');
    expect((await readdir(folder)).sort()).toEqual(WANTED);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });

  it('lies as Python keeps it: contents by their sums, links to them, the branch, the list of files', async () => {
    const { get, files, inCache } = await tinyHub();
    const { folder } = await get();
    expect(folder).toBe(inCache('snapshots', COMMIT));
    const weights = sha256(files['model.safetensors']!);
    expect(await readlink(join(folder, 'model.safetensors'))).toBe(join('..', '..', 'blobs', weights));
    const config = createHash('sha1').update('blob 21\0{"model_type":"gpt2"}').digest('hex');
    expect(await readlink(join(folder, 'config.json'))).toBe(join('..', '..', 'blobs', config));
    expect(await readFile(inCache('refs', 'main'), 'utf8')).toBe(COMMIT);
    const list = JSON.parse(await readFile(inCache('trees', `${COMMIT}.json`), 'utf8'));
    expect(Object.keys(list.files).sort()).toEqual(Object.keys(files).sort());
    expect(list.files['model.safetensors']).toMatchObject({ size: 400_000, lfs_sha256: weights, lfs_size: 400_000 });
    expect((await readdir(inCache('blobs'))).filter((name) => name.includes('.'))).toEqual([]);
  });

  it('tells how far it is, up to all of it', async () => {
    const { get, files } = await tinyHub();
    const told: number[] = [];
    let total = 0;
    await get({
      onProgress: (progress) => {
        told.push(progress.bytes);
        total = progress.total;
      },
    });
    expect(total).toBe(WANTED.reduce((sum, name) => sum + files[name]!.length, 0));
    expect(told.at(-1)).toBe(total);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it('can be looked at before its weights are downloaded, however small they are, and refused', async () => {
    const { get, server } = await tinyHub(modelFiles({ 'model.safetensors': randomBytes(2) }));
    const refusal = new Error('not this one');
    const seen: string[][] = [];
    const inspect = async (folder: string) => {
      seen.push((await readdir(folder)).sort());
      throw refusal;
    };
    await expect(get({ inspect })).rejects.toBe(refusal);
    expect(seen).toEqual([WANTED.filter((name) => name !== 'model.safetensors')]);
    expect(server.requests.filter(({ path }) => path.endsWith('/model.safetensors'))).toEqual([]);
    await expect(get({ offline: true })).rejects.toThrow('not complete in the cache');
  });

  it('in shards comes with those that the index names', async () => {
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const index = { weight_map: { a: names[0], b: names[1], c: names[0] } };
    const { get, files, server } = await tinyHub(
      modelFiles({
        'model.safetensors.index.json': new TextEncoder().encode(JSON.stringify(index)),
        [names[0]!]: randomBytes(1000),
        [names[1]!]: randomBytes(2000),
        'model.fp16-00001-of-00001.safetensors': randomBytes(500),
      }),
    );
    const { folder, downloaded } = await get();
    expect(downloaded.filter((name) => name.endsWith('safetensors'))).toEqual(names);
    expect(await contents(folder, names)).toEqual(only(files, names));
    const before = server.requests.length;
    expect((await get({ revision: COMMIT })).downloaded).toEqual([]);
    expect(server.requests).toHaveLength(before);
    await rm(await realpath(join(folder, names[1]!)));
    expect((await get({ revision: COMMIT })).downloaded).toEqual([names[1]]);
  });

  it('comes with the files that patterns name, where there are patterns', async () => {
    const { get } = await tinyHub();
    const { downloaded } = await get({ files: ['*.json', 'onnx/*'] });
    expect(downloaded.toSorted()).toEqual(['config.json', 'onnx/model.onnx', 'tokenizer.json', 'vocab.json']);
    await expect(get({ files: ['*.gguf'] })).rejects.toThrow(
      /^some-lab\/tiny: no file matches "\*\.gguf"\. It has: \.gitattributes, README\.md/,
    );
  });

  it.skipIf(process.platform === 'win32')('has whole files in place of links where links are not wanted', async () => {
    const { get, files } = await tinyHub();
    vi.stubEnv('HF_HUB_DISABLE_SYMLINKS', '1');
    const { folder } = await get();
    expect((await lstat(join(folder, 'model.safetensors'))).isSymbolicLink()).toBe(false);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });
});

describe('a model that is in the cache', () => {
  it('is not downloaded again: a branch costs one question, a commit none', async () => {
    const { get, server } = await tinyHub();
    const first = await get();
    server.requests.length = 0;
    expect(await get()).toEqual({ ...first, downloaded: [] });
    expect(asked(server)).toEqual([`/api/models/${REPO}/revision/main`]);
    expect(await get({ revision: COMMIT })).toEqual({ ...first, downloaded: [] });
    expect(server.requests).toHaveLength(1);
  });

  it('comes anew where the branch has moved on, but only what changed', async () => {
    const { get, repo, files } = await tinyHub();
    const { folder: old } = await get();
    repo.commits[LATER] = { ...files, 'config.json': new TextEncoder().encode('{"model_type":"gpt2","n_layer":2}') };
    repo.refs.main = LATER;
    const { folder, commit } = await get();
    expect(commit).toBe(LATER);
    expect(await contents(folder, WANTED)).toEqual(only(repo.commits[LATER]!, WANTED));
    expect(await contents(old, WANTED)).toEqual(only(files, WANTED));
  });

  it('is used offline, and says that it was not checked', async () => {
    const { get, server } = await tinyHub();
    const { folder } = await get();
    server.requests.length = 0;
    expect(await get({ offline: true })).toEqual({
      folder,
      commit: COMMIT,
      downloaded: [],
      unchecked: 'you asked to stay offline',
    });
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect((await get()).unchecked).toBe('HF_HUB_OFFLINE is set, so the hub is not asked');
    expect((await get({ revision: COMMIT })).unchecked).toBeUndefined();
    expect(server.requests).toEqual([]);
    expect((await get({ offline: false })).unchecked).toBeUndefined();
  });

  it('is used where the hub cannot be reached, and the branch stays at the last commit that is whole', async () => {
    const { get, repo, files, server } = await tinyHub();
    const { folder } = await get();
    repo.commits[LATER] = { ...files, 'model.safetensors': randomBytes(1000) };
    repo.refs.main = LATER;
    server.intercept = ({ host }, response) => host === 'cdn' && Boolean(response.writeHead(404).end());
    await expect(get()).rejects.toThrow(HubError);
    await server.close();
    const again = await get();
    expect(again).toMatchObject({ folder, commit: COMMIT });
    expect(again.unchecked).toMatch(/^127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/);
  });

  it('filled by a library that keeps no lists of files serves as it is', async () => {
    const { get, inCache, server } = await tinyHub();
    const { folder } = await get();
    await rm(inCache('trees'), { recursive: true });
    server.requests.length = 0;
    expect((await get({ revision: COMMIT })).folder).toBe(folder);
    expect((await get({ offline: true })).folder).toBe(folder);
    expect(server.requests).toEqual([]);
    // Without a tokenizer it may be a part only: the hub is asked, where it can be.
    await rm(join(folder, 'tokenizer.json'));
    expect((await get({ offline: true })).folder).toBe(folder);
    expect((await get({ revision: COMMIT })).downloaded).toEqual([]);
    expect(await readdir(folder)).toContain('tokenizer.json');
    expect(asked(server)).toContain(`/api/models/${REPO}/tree/${COMMIT}`);
  });

  it('is completed where a file is cut off or its content is gone', async () => {
    const { get, files, inCache } = await tinyHub();
    const { folder } = await get();
    await writeFile(inCache('blobs', sha256(files['model.safetensors']!)), 'short');
    await rm(inCache('blobs', await readlink(join(folder, 'config.json')).then((to) => to.split('/').at(-1)!)));
    await expect(get({ offline: true })).rejects.toThrow('(it lacks config.json, model.safetensors)');
    expect((await get()).downloaded).toEqual(['config.json', 'model.safetensors']);
    expect(await contents(folder, WANTED)).toEqual(only(files, WANTED));
  });

  it('may lie where nothing can be noted', async () => {
    const { get, repo, inCache } = await tinyHub();
    const { folder } = await get();
    repo.refs.other = COMMIT;
    for (const name of ['refs', 'trees']) {
      await rm(inCache(name), { recursive: true });
      await writeFile(inCache(name), 'in the way');
    }
    expect(await get({ revision: 'other' })).toEqual({ folder, commit: COMMIT, downloaded: [] });
  });
});

describe('errors say what is wrong and what to do', () => {
  it('nothing cached, and no network', async () => {
    const { get, server, cacheDir } = await tinyHub();
    await server.close();
    const error = await get().catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'HubError', reason: 'unreachable' });
    expect(error.message).toContain(
      `some-lab/tiny@main is not complete in the cache ${cacheDir} (none of its files are there)`,
    );
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).toContain(server.endpoint.slice('http://'.length));
    expect(error.message).toContain('"hf download some-lab/tiny --revision main');
    await expect(get({ endpoint: 'http://no-such-host.invalid' })).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
    await expect(get({ offline: true })).rejects.toThrow('and you asked to stay offline. Where the hub can be reached');
    vi.stubEnv('HF_HUB_OFFLINE', 'yes');
    await expect(get()).rejects.toThrow('and HF_HUB_OFFLINE is set, so the hub is not asked');
  });

  it.each(['gpt2', 'a/b/c', '../up', 'a/..', 'a/b--c', '', 'datasets/a', 'datasets/datasets/a', 'datasets/a/b/c'])(
    '"%s" is not a name',
    async (name) => {
      await expect(hubFolder(name)).rejects.toThrow(
        `"${name}" is not a model on the hub: names there are owner/name, and datasets/owner/name for data sets.`,
      );
    },
  );

  // Every one is refused by `git check-ref-format`, but for the two that begin with a dash or a slash.
  const forbidden = [
    '../../main',
    'main..',
    '',
    '/main',
    'main/',
    'a//b',
    '-x',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a b',
    'a\nb',
  ];
  it.each([...forbidden, 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[', 'a\\b', '@', 'a@{1}', 'a.'])(
    '%j is not a revision',
    async (revision) => {
      await expect(hubFolder(REPO, { revision })).rejects.toThrow(
        /is not a revision: give a branch, a tag or a commit\.$/,
      );
    },
  );

  it.each(['v1.0+cu', 'release/2024-01', 'refs/pr/1', 'größe', 'a@b', 'x=1,y', "it's"])(
    '%j is a revision, and is noted as the last commit that it stood for',
    async (revision) => {
      const { get, inCache } = await tinyHub(modelFiles(), { refs: { [revision]: COMMIT } });
      expect((await get({ revision })).commit).toBe(COMMIT);
      expect(await readFile(inCache('refs', revision), 'utf8')).toBe(COMMIT);
      expect((await get({ revision, offline: true })).commit).toBe(COMMIT);
    },
  );

  it('an unknown repository, to a stranger and to a known one; an unknown revision', async () => {
    const { server, cacheDir, get } = await tinyHub();
    const options = { endpoint: server.endpoint, cacheDir };
    await expect(hubFolder('some-lab/absent', options)).rejects.toMatchObject({
      reason: 'denied',
      message: expect.stringMatching(/^some-lab\/absent does not exist, or is private: .* answers 401 .*Set HF_TOKEN/),
    });
    await expect(hubFolder('some-lab/absent', { ...options, token: 'hf_x' })).rejects.toMatchObject({
      reason: 'not-found',
      message: expect.stringMatching(/^There is no some-lab\/absent on the hub: .* answers 404 .*Is the name right\?/),
    });
    server.intercept = ({ host }, response) => host === 'cdn' && Boolean(response.writeHead(403).end());
    await expect(get()).rejects.toThrow(/^some-lab\/tiny may not be read: .* answers 403 for http.* Unless a firewall/);
    await expect(get({ revision: 'v9' })).rejects.toThrow(/^some-lab\/tiny has no such revision: .*Invalid rev id: v9/);
  });

  it('a gated one, until the right token is given', async () => {
    const { get, server } = await tinyHub(modelFiles(), { gatedFor: 'hf_right' });
    await expect(get()).rejects.toThrow(
      `Accept its licence at ${server.endpoint}/some-lab/tiny, then set HF_TOKEN to a token of the same account.`,
    );
    await expect(get({ token: 'hf_wrong' })).rejects.toThrow('the token has no access yet');
    vi.stubEnv('HF_TOKEN', 'hf_right');
    expect((await get()).downloaded).toContain('model.safetensors');
  });

  it('no weights that can be read, no configuration, a shard that is not there', async () => {
    const { 'model.safetensors': _, ...pickled } = modelFiles();
    await expect((await tinyHub(pickled)).get()).rejects.toThrow(
      'some-lab/tiny: its weights exist only as pytorch_model.bin',
    );
    const { 'pytorch_model.bin': __, ...none } = pickled;
    await expect((await tinyHub(none)).get()).rejects.toThrow(
      'there is neither model.safetensors nor model.safetensors',
    );
    const { 'config.json': ___, ...bare } = modelFiles();
    await expect((await tinyHub(bare)).get()).rejects.toThrow('there is no config.json. It has: .gitattributes');
    const index = new TextEncoder().encode('{"weight_map":{"a":"model-00001-of-00001.safetensors"}}');
    await expect((await tinyHub({ ...none, 'model.safetensors.index.json': index })).get()).rejects.toThrow(
      'puts tensors into model-00001-of-00001.safetensors, which does not exist',
    );
  });

  it('a file whose name leads out of the folder', async () => {
    const { get } = await tinyHub({ ...modelFiles(), '../../escaped': new Uint8Array(1) });
    await expect(get({ files: ['*'] })).rejects.toThrow('it lists "../../escaped"');
  });

  it('an answer that is none of the hub', async () => {
    const { get, server } = await tinyHub();
    server.intercept = (_, response) => Boolean(response.writeHead(200).end('<html>Please log in to the Wi-Fi</html>'));
    await expect(get()).rejects.toThrow(`${server.endpoint} does not answer as the hub does`);
  });

  it('a cache that cannot be written', async () => {
    const { get, cacheDir } = await tinyHub();
    await writeFile(join(cacheDir, 'models--some-lab--tiny'), '');
    await expect(get()).rejects.toMatchObject({ reason: 'disk', message: expect.stringContaining(cacheDir) });
  });

  it.skipIf(process.platform !== 'linux')('a full disk, told before it is one where that can be seen', async () => {
    const { cacheDir } = await tinyHub();
    await expect(requireRoom(cacheDir, 2 ** 60)).rejects.toMatchObject({
      reason: 'disk',
      message: expect.stringMatching(/^1,152,921,504,607 MB are needed and .* has room for [\d,]+ MB\. Free some/),
    });
    const handle = await open('/dev/full', 'a');
    await expect(appendChunk(handle, new Uint8Array(10))).rejects.toMatchObject({
      reason: 'disk',
      message: 'the disk is full',
    });
    await handle.close();
  });
});

it('an endpoint may end in a slash', async () => {
  const { get, server } = await tinyHub();
  expect((await get({ endpoint: `${server.endpoint}/` })).commit).toBe(COMMIT);
});
