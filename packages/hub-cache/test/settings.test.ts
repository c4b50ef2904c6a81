import { mkdir, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { inspect } from 'node:util';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it, vi } from 'vitest';
import { absolutePath } from '../src/absolute-path';
import { defaultCache } from '../src/environment';
import { hubFolder } from '../src/index';
import { COMMIT, LATER, modelFiles, REPO, tinyHub } from './fixture';

describe('paths', () => {
  it('expand ~ and variables as a shell does, and are absolute', async () => {
    const { get } = await tinyHub();
    const folder = await temporaryFolder();
    vi.stubEnv('HOME', folder);
    vi.stubEnv('WHERE', 'models');
    for (const [cacheDir, expected] of [
      ['~/caches', join(folder, 'caches')],
      ['$HOME/$WHERE', join(folder, 'models')],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is hubFolder that expands it.
      ['${HOME}/${WHERE}_hub', join(folder, 'models_hub')],
      [relative(process.cwd(), join(folder, 'here')), join(folder, 'here')],
    ]) {
      const result = await get({ cacheDir });
      expect(result.folder).toBe(join(expected!, 'models--some-lab--tiny', 'snapshots', COMMIT));
      expect(isAbsolute(result.folder)).toBe(true);
    }
    expect(await readdir(folder)).toEqual(['caches', 'here', 'models', 'models_hub']);
  });

  it('of the cache come from the variables of Python’s library, in its order', () => {
    const [home, user] = [homedir(), join('/', 'cache')];
    expect(defaultCache()).toBe(join(home, '.cache', 'huggingface', 'hub'));
    vi.stubEnv('XDG_CACHE_HOME', '/cache');
    expect(defaultCache()).toBe(join(user, 'huggingface', 'hub'));
    vi.stubEnv('HF_HOME', '~/hf');
    expect(defaultCache()).toBe(join(home, 'hf', 'hub'));
    vi.stubEnv('HUGGINGFACE_HUB_CACHE', '$HF_HOME');
    expect(() => defaultCache()).not.toThrow();
    vi.stubEnv('HUGGINGFACE_HUB_CACHE', '~/old');
    expect(defaultCache()).toBe(join(home, 'old'));
    vi.stubEnv('HF_HUB_CACHE', '$XDG_CACHE_HOME/new');
    expect(defaultCache()).toBe(join(user, 'new'));
    vi.stubEnv('HF_HUB_CACHE', '');
    expect(defaultCache()).toBe(join(home, 'old'));
  });

  it('with an unset variable, or another user’s home, are refused, and no folder of that name is made', async () => {
    const before = await readdir('.');
    await expect(hubFolder(REPO, { cacheDir: '$NOT_SET_HERE/hub' })).rejects.toMatchObject({
      reason: 'setting',
      message:
        'cacheDir is "$NOT_SET_HERE/hub", but the environment variable NOT_SET_HERE is not set. Give the whole path.',
    });
    vi.stubEnv('HF_HOME', '~root/hf');
    await expect(hubFolder(REPO)).rejects.toThrow(
      'HF_HOME is "~root/hf", but the home folder of another user (~root) is not looked up.',
    );
    expect(await readdir('.')).toEqual(before);
    expect(absolutePath('/a/b~c/~')).toBe('/a/b~c/~');
  });
});

describe('the endpoint', () => {
  it.each([
    [
      'hf-mirror.com',
      'is "hf-mirror.com", which is not an address that begins with https://, such as https://hf-mirror.com.',
    ],
    [
      'localhost:8080',
      'is "localhost:8080", which is not an address that begins with https://, such as https://localhost:8080.',
    ],
    ['ftp://host', 'is "ftp://host", which is not an address that begins with https://'],
    ['//host/x', 'is "//host/x", which is not an address that begins with https://, such as https://host/x.'],
  ])('%s is refused with the right form', async (endpoint, message) => {
    const { cacheDir } = await tinyHub();
    vi.stubEnv('HF_ENDPOINT', endpoint);
    await expect(hubFolder(REPO, { cacheDir })).rejects.toMatchObject({
      reason: 'setting',
      message: expect.stringContaining(`HF_ENDPOINT ${message}`),
    });
    await expect(hubFolder(REPO, { cacheDir, endpoint })).rejects.toThrow(`endpoint ${message}`);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it.each(['https://user:secret@host', 'user:secret@host'])('%s is refused without being shown', async (endpoint) => {
    const { cacheDir } = await tinyHub();
    const error = await hubFolder(REPO, { cacheDir, endpoint }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'HubError', reason: 'setting' });
    expect(inspect(error)).not.toContain('secret');
  });
});

describe('offline, a branch of which no commit is recorded', () => {
  it('names a commit that is complete', async () => {
    const { get, repo, inCache } = await tinyHub();
    repo.commits[LATER] = modelFiles();
    await get({ revision: LATER });
    const error = await get({ offline: true }).catch((thrown) => thrown);
    expect(error.message).toContain(
      `(no commit is recorded for main, but ${LATER} is complete: give it as the revision)`,
    );
    expect((await get({ offline: true, revision: LATER })).commit).toBe(LATER);
    await rm(inCache('snapshots', LATER, 'model.safetensors'));
    await expect(get({ offline: true })).rejects.toThrow(
      `(no commit is recorded for main, and of ${LATER}, it lacks model.safetensors)`,
    );
    await rm(inCache('snapshots'), { recursive: true });
    await mkdir(inCache('snapshots'));
    await expect(get({ offline: true })).rejects.toThrow('(none of its files are there)');
  });
});
