import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hubServer, temporaryFolder, useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { tinyCheckpoint } from '../subjects/tiny-checkpoint';
import { reproduce } from './reproduce';

const COMMIT = '607a30d783dfa663caf39e06633721c8d4cfcd7e';
const CLAIM = 'geva-2021/c7-many-cells-fire';

/** A hub on this machine with one tiny model, and the environment that makes it the hub. */
async function hubWith() {
  const folder = await temporaryFolder();
  await tinyCheckpoint(folder, 'gpt2');
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))] as const);
  const repo = { commits: { [COMMIT]: Object.fromEntries(files) }, refs: { main: COMMIT } };
  const server = await hubServer({ 'some-lab/tiny-gpt2': repo });
  const cache = await temporaryFolder();
  const environment = { HF_ENDPOINT: server.endpoint, HF_HUB_CACHE: cache, HF_HUB_OFFLINE: '0', http_proxy: '' };
  const out = await temporaryFolder();
  const args = ['--model', 'some-lab/tiny-gpt2', '--only', CLAIM, '--sample', '100', '--backend', 'onnx-cpu'];
  return {
    server,
    cache,
    out,
    run: ({ watch, environment: more }: NonNullable<Parameters<typeof reproduce>[1]> = {}) =>
      reproduce([...args, '--out', out], { ...(watch ? { watch } : {}), environment: { ...environment, ...more } }),
  };
}

describe('--model owner/name', () => {
  beforeAll(() => useBackend('cpu'));

  it('measures a model of the hub, names its commit in the reports, and needs no hub the next time', async () => {
    const { server, out, run } = await hubWith();
    const name = `some-lab/tiny-gpt2@${COMMIT}`;
    const first = await run();
    expect(first.stderr).toContain('downloading some-lab/tiny-gpt2 ');
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8'));
    expect(report.provenance.subjects).toEqual([name]);
    expect(Object.keys(report.provenance.artefacts)).toContain('some-lab-tiny-gpt2/model.safetensors');
    expect(report.claims[0].result.verdict, first.stderr).not.toBe('not run');
    expect(report.claims[0].result.scale).toBe('checkpoint');
    for (const file of ['report.html', 'report.md']) expect(await readFile(join(out, file), 'utf8')).toContain(name);

    await server.close();
    const second = await run();
    expect(second.stderr).toMatch(
      /tiny-gpt2@main was not checked \(.*ECONNREFUSED.*\): the commit in the cache is 607a30d/,
    );
    expect(second.stderr).not.toContain('downloading');
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8')).provenance).toEqual(report.provenance);
  }, 240_000);

  it('stopped by Ctrl-C keeps what arrived, code 130, and resumes from there', async () => {
    const { server, cache, run } = await hubWith();
    server.intercept = ({ host, range }, response, content) => {
      if (host !== 'cdn' || range) return false;
      response.writeHead(200, { 'content-length': content!.length });
      response.write(content!.subarray(0, 10_000));
      return true;
    };
    const blobs = join(cache, 'models--some-lab--tiny-gpt2', 'blobs');
    const partial = () => (existsSync(blobs) ? readdirSync(blobs).filter((name) => name.endsWith('.incomplete')) : []);
    let waiting: NodeJS.Timeout | undefined;
    const watch: NonNullable<Parameters<typeof reproduce>[1]>['watch'] = (_, child) => {
      waiting ??= setInterval(() => {
        if (!partial().some((name) => statSync(join(blobs, name)).size === 10_000)) return;
        clearInterval(waiting);
        child.kill('SIGINT');
      }, 100);
    };
    const stopped = await run({ watch });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain('Stopped. What was downloaded is kept; the same command resumes from there.');
    expect(partial()).toHaveLength(1);

    const { code, stderr } = await run();
    expect(code, stderr).not.toBe(3);
    expect(server.requests.at(-1)).toMatchObject({ host: 'cdn', range: 'bytes=10000-' });
  }, 240_000);

  it('says in one line what is not available, code 3', async () => {
    const { run, server } = await hubWith();
    const offline = await run({ environment: { HF_HUB_OFFLINE: '1' } });
    expect(offline.code).toBe(3);
    expect(offline.stderr).toMatch(
      /^error: --model some-lab\/tiny-gpt2: .* HF_HUB_OFFLINE is set, .* "hf download some-lab\/tiny-gpt2 .*\n$/,
    );
    server.intercept = (_, response) => {
      response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
      return true;
    };
    const absent = await run();
    expect(absent.code).toBe(3);
    expect(absent.stderr).toContain('error: --model some-lab/tiny-gpt2: some-lab/tiny-gpt2 has no such revision');
  }, 120_000);
});
