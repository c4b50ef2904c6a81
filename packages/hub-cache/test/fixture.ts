import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HubRepo, type HubServer, hubServer, temporaryFolder } from '@interlayer/test-kit';
import { beforeEach, vi } from 'vitest';
import { type HubFolderOptions, hubFolder } from '../src/index';

export const COMMIT = '0'.repeat(39) + '1';
export const LATER = '0'.repeat(39) + '2';
export const REPO = 'some-lab/tiny';

// What is set on a developer's machine must not reach these tests.
beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (/^HF_|^HUGGING|^TRANSFORMERS_OFFLINE$|_proxy$/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv('HF_TOKEN_PATH', '/nowhere');
});

const text = (content: string) => new TextEncoder().encode(content);

/** The files of a model as they lie on the hub: what is wanted, and the same weights in four other formats. */
export function modelFiles(weights: Record<string, Uint8Array> = { 'model.safetensors': randomBytes(400_000) }) {
  return {
    '.gitattributes': text('*.safetensors filter=lfs'),
    'README.md': text('# tiny'),
    'config.json': text('{"model_type":"gpt2"}'),
    'flax_model.msgpack': randomBytes(50),
    'merges.txt': text('#version: 0.2'),
    'onnx/model.onnx': randomBytes(50),
    'pytorch_model.bin': randomBytes(50),
    'tf_model.h5': randomBytes(50),
    'tokenizer.json': text('{}'),
    'vocab.json': text(''),
    ...weights,
  } as Record<string, Uint8Array>;
}

export const WANTED = ['config.json', 'merges.txt', 'model.safetensors', 'tokenizer.json', 'vocab.json'];

/** A hub with one model, an empty cache, and hubFolder between the two. */
export async function tinyHub(files = modelFiles(), more: Partial<HubRepo> = {}) {
  const repo: HubRepo = { commits: { [COMMIT]: files }, refs: { main: COMMIT }, ...more };
  const server = await hubServer({ [REPO]: repo });
  const cacheDir = await temporaryFolder();
  return {
    repo,
    server,
    files,
    cacheDir,
    get: (options: HubFolderOptions = {}) => hubFolder(REPO, { endpoint: server.endpoint, cacheDir, ...options }),
    /** A file in the folder of the cache that belongs to the model. */
    inCache: (...names: string[]) => join(cacheDir, 'models--some-lab--tiny', ...names),
  };
}

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

/** The sha256 of a folder's files, by name. */
export async function contents(folder: string, names: readonly string[]): Promise<Record<string, string>> {
  const read = async (name: string) => [name, sha256(await readFile(join(folder, name)))] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** The same of the files of a hub. */
export const only = (files: Record<string, Uint8Array>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, sha256(files[name]!)]));

/** The paths that were asked of a server, in order; `host` keeps those of one. */
export const asked = ({ requests }: HubServer, host?: 'hub' | 'cdn') =>
  requests.filter((request) => !host || request.host === host).map(({ path }) => path);
