import { hubServer, temporaryFolder } from '@interlayer/test-kit';
import { beforeEach, expect, it, vi } from 'vitest';
import { glue } from '../src/index';
import { parquet } from './parquet';

const [COMMIT, LATER] = ['a'.repeat(40), 'b'.repeat(40)];
const row = { premise: 'P', hypothesis: 'H', label: 2, idx: 0 };
const VALIDATION = 'mnli/validation_mismatched-00000-of-00001.parquet';

// What is set on a developer's machine must not reach these tests.
beforeEach(() => {
  for (const name of Object.keys(process.env))
    if (/^HF_|^TRANSFORMERS_OFFLINE$|_proxy$/i.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv('HF_TOKEN_PATH', '/nowhere');
});

async function hub() {
  const commits = { [COMMIT]: { [VALIDATION]: parquet([row]), 'cola/train-00000-of-00001.parquet': parquet([row]) } };
  const repo = { commits, refs: { main: COMMIT } };
  const server = await hubServer({ 'datasets/nyu-mll/glue': repo });
  return { repo, server, options: { endpoint: server.endpoint, cacheDir: await temporaryFolder() } };
}

it('is downloaded, one file and no other, into the cache that Python uses', async () => {
  const { server, options } = await hub();
  const { rows, facts } = await glue('mnli', 'validation_mismatched', options);
  expect(rows).toEqual([row]);
  expect(facts).toMatchObject({ commit: COMMIT, rows: 1, officialRows: 9832, partial: true });
  expect(facts.files[0]!.path).toBe(`${options.cacheDir}/datasets--nyu-mll--glue/snapshots/${COMMIT}/${VALIDATION}`);
  expect(facts).not.toHaveProperty('unchecked');
  expect(server.requests.filter(({ path }) => path.includes('/resolve/') && path.endsWith('.parquet'))).toHaveLength(2);
});

it('is read offline from the cache, and says that it was not checked', async () => {
  const { server, options } = await hub();
  await glue('mnli', 'validation_mismatched', options);
  server.requests.length = 0;
  const { rows, facts } = await glue('mnli', 'validation_mismatched', { ...options, offline: true });
  expect(rows).toEqual([row]);
  expect(facts).toMatchObject({ commit: COMMIT, unchecked: 'you asked to stay offline' });
  vi.stubEnv('HF_HUB_OFFLINE', '1');
  expect((await glue('mnli', 'validation_mismatched', options)).rows).toEqual([row]);
  await expect(glue('mnli', 'train', options)).rejects.toThrow(
    "hf download nyu-mll/glue --repo-type dataset --revision main --include 'mnli/train-00000-of-00001.parquet'",
  );
  expect(server.requests).toEqual([]);
});

it('is read at a revision', async () => {
  const { repo, options } = await hub();
  repo.commits[LATER] = { ...repo.commits[COMMIT], [VALIDATION]: parquet([{ ...row, label: 0 }]) };
  const { rows, facts } = await glue('mnli', 'validation_mismatched', { ...options, revision: LATER });
  expect([rows[0]!.label, facts.commit]).toEqual([0, LATER]);
});
