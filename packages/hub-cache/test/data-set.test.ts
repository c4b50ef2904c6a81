import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hubServer, temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { type HubFolderOptions, hubFolder } from '../src/index';
import { asked, COMMIT, contents, modelFiles, only } from './fixture';

const REPO = 'datasets/some-lab/tiny';

async function tinyDataSet({ gatedFor }: { gatedFor?: string } = {}) {
  const files = {
    'README.md': new TextEncoder().encode('# tiny'),
    'a/train-00000-of-00001.parquet': new TextEncoder().encode('PAR1 train'),
    'a/test-00000-of-00001.parquet': new TextEncoder().encode('PAR1 test'),
  };
  const refs = { main: COMMIT };
  // A model of the same name must stay apart.
  const model = { commits: { [COMMIT]: modelFiles() }, refs };
  const server = await hubServer({
    [REPO]: { commits: { [COMMIT]: files }, refs, gatedFor },
    'some-lab/tiny': model,
  });
  const cacheDir = await temporaryFolder();
  const get = (options: HubFolderOptions) => hubFolder(REPO, { endpoint: server.endpoint, cacheDir, ...options });
  return { server, files, cacheDir, get };
}

it('comes from the addresses of data sets, into the folder where Python keeps it', async () => {
  const { server, files, cacheDir, get } = await tinyDataSet();
  const wanted = ['a/train-00000-of-00001.parquet'];
  const { folder, commit, downloaded } = await get({ files: ['a/train-*.parquet'] });
  expect(folder).toBe(join(cacheDir, 'datasets--some-lab--tiny', 'snapshots', COMMIT));
  expect({ commit, downloaded }).toEqual({ commit: COMMIT, downloaded: wanted });
  expect(await contents(folder, wanted)).toEqual(only(files, wanted));
  expect(await readFile(join(cacheDir, 'datasets--some-lab--tiny/refs/main'), 'utf8')).toBe(COMMIT);
  expect(asked(server, 'hub')).toEqual([
    '/api/datasets/some-lab/tiny/revision/main',
    `/api/datasets/some-lab/tiny/tree/${COMMIT}`,
    `/datasets/some-lab/tiny/resolve/${COMMIT}/${wanted[0]}`,
  ]);
});

it('is used offline; what is not in the cache names the command that gets it', async () => {
  const { server, get } = await tinyDataSet();
  const files = ['a/train-*.parquet'];
  const { folder } = await get({ files });
  server.requests.length = 0;
  expect(await get({ files, offline: true })).toMatchObject({ folder, downloaded: [] });
  await expect(get({ files: ['a/test-*.parquet'], offline: true })).rejects.toThrow(
    '(it lacks a/test-00000-of-00001.parquet), and you asked to stay offline. Where the hub can be reached, "hf download some-lab/tiny --repo-type dataset --revision main --include \'a/test-*.parquet\' --local-dir tiny"',
  );
  expect(server.requests).toEqual([]);
});

it('needs patterns, since only a model has files that it is loaded from', async () => {
  const { server, get } = await tinyDataSet();
  await expect(get({})).rejects.toMatchObject({
    reason: 'setting',
    message: `${REPO} is a data set: give "files", patterns of the files to get.`,
  });
  expect(server.requests).toEqual([]);
});

it('that is gated points to its own page', async () => {
  const { server, get } = await tinyDataSet({ gatedFor: 'hf_right' });
  await expect(get({ files: ['a/*'] })).rejects.toThrow(`Accept its licence at ${server.endpoint}/${REPO},`);
});
