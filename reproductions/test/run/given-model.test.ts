import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { hubServer, temporaryFolder, useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ggufOf } from '../../../packages/llama-model/test/tiny-gguf';
import { givenModel } from '../../src/run/given-model';
import { UsageError } from '../../src/run/usage-error';
import { openSpecimen } from '../../src/subjects/subject';
import { tinyCheckpoint } from '../subjects/tiny-checkpoint';
import { reproduce } from './reproduce';

const COMMIT = '607a30d783dfa663caf39e06633721c8d4cfcd7e';

describe('--model <folder>', () => {
  it('is a subject that is called after its folder, wherever the user is', async () => {
    const here = await temporaryFolder();
    mkdirSync(join(here, 'models/Tiny v2'), { recursive: true });
    writeFileSync(join(here, 'models/Tiny v2/config.json'), '{}');
    const subject = await givenModel('models/Tiny v2', here, 'paper');
    expect(subject).toMatchObject({
      id: 'Tiny-v2',
      name: 'models/Tiny v2',
      scale: 'paper',
      variants: { base: join(here, 'models/Tiny v2') },
    });
  });

  it.each(['exact', 'mini-gpt'])('called %s is not taken for that', async (name) => {
    const here = await temporaryFolder();
    mkdirSync(join(here, name));
    writeFileSync(join(here, name, 'config.json'), '{}');
    expect(await givenModel(name, here, 'checkpoint')).toMatchObject({ id: `${name}-given`, name });
  });

  it.each([
    [
      'gpt2',
      /^--model gpt2: there is no folder .*\/gpt2\. Names on the hub are owner\/name, such as openai-community\/gpt2\.$/,
    ],
    [
      './absent',
      /^--model \.\/absent: there is no config\.json in .*\/absent, nor one \.gguf file; give the folder of a checkpoint, or owner\/name/,
    ],
    ['docs', /^--model docs: there is no config\.json in .*\/docs, nor one \.gguf file; give the folder/],
    [
      'tiny.gguf',
      /^--model tiny\.gguf: there is no config\.json in .*\/tiny\.gguf, nor one \.gguf file; give the folder/,
    ],
  ])('%s is refused with what to give', async (name, message) => {
    const here = await temporaryFolder();
    mkdirSync(join(here, 'docs'));
    writeFileSync(join(here, 'tiny.gguf'), '');
    await expect(givenModel(name, here, 'checkpoint')).rejects.toThrow(UsageError);
    await expect(givenModel(name, here, 'checkpoint')).rejects.toThrow(message);
  });
});

describe('--model <folder of a .gguf file>', () => {
  beforeAll(() => useBackend('cpu'));

  it('is opened with the tokenizer in the file, and measured with the one beside it', async () => {
    const { model, path } = await ggufOf({ config: { vocab_size: 4096, max_position_embeddings: 64 } });
    model.dispose();
    const folder = dirname(path);
    const open = async () => openSpecimen(await givenModel(folder, '/', 'checkpoint'));
    const specimen = await open();
    expect(specimen).toMatchObject({ layers: 3, cells: 12, width: 8, vocabulary: 4096, gated: true });
    expect(specimen.tokenizer.vocabularySize).toBe(17);
    specimen.dispose();

    cpSync(join(miniGptFolder(), 'tokenizer.json'), join(folder, 'tokenizer.json'));
    const beside = await open();
    expect(beside.tokenizer.vocabularySize).toBe(4096);
    beside.dispose();

    const out = join(folder, 'out');
    const settings = ['--sample', '20', '--backend', 'onnx-cpu', '--threads', '1', '--out', out];
    const { code, stderr } = await reproduce(['--model', folder, '--only', 'geva-2021/c10*', ...settings], {
      environment: { INTERLAYER_SHARED: folder },
    });
    // 2: a random model met a criterion as its control does.
    expect([0, 2], stderr).toContain(code);
    const { claims } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(claims).toHaveLength(1);
    expect(claims[0].result.verdict).not.toBe('not run');
    expect(claims[0].result.subject).toBe(basename(folder));
  }, 120_000);
});

/** A hub on this machine with one tiny model, and the environment that makes it the hub. */
async function hub() {
  const folder = await temporaryFolder();
  await tinyCheckpoint(folder, 'gpt2');
  const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  const server = await hubServer({ 'some-lab/tiny-gpt2': { commits: { [COMMIT]: files }, refs: { main: COMMIT } } });
  const cache = await temporaryFolder();
  const environment = { HF_ENDPOINT: server.endpoint, HF_HUB_CACHE: cache, HF_HUB_OFFLINE: '0', http_proxy: '' };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const take = () => givenModel('some-lab/tiny-gpt2', '/', 'checkpoint');
  return { server, cache, environment, files, lines, take };
}

describe('--model owner/name', () => {
  beforeAll(() => useBackend('cpu'));

  it('is a subject that names its commit, downloaded once; the next time no hub is needed', async () => {
    const { server, files, lines, take } = await hub();
    const subject = await take();
    expect(lines.join('')).toContain('downloading some-lab/tiny-gpt2 ');
    expect(subject).toMatchObject({
      id: 'some-lab-tiny-gpt2',
      name: `some-lab/tiny-gpt2@${COMMIT}`,
      scale: 'checkpoint',
    });
    for (const [name, content] of Object.entries(files))
      expect(readFileSync(join(subject.variants.base!, name)).equals(content), name).toBe(true);

    await server.close();
    lines.length = 0;
    expect(await take()).toEqual(subject);
    expect(lines.join('')).toMatch(
      /^some-lab\/tiny-gpt2@main was not checked \(.*ECONNREFUSED.*\): the commit in the cache is 607a30d/,
    );
    expect(lines.join('')).not.toContain('downloading');
  });

  it('stopped by Ctrl-C keeps what came, code 130, and resumes from there', async () => {
    const { server, cache, environment, take } = await hub();
    server.intercept = ({ host, range }, response, content) => {
      if (host !== 'cdn' || range) return false;
      response.writeHead(200, { 'content-length': content!.length });
      response.write(content!.subarray(0, 10_000));
      return true;
    };
    const blobs = join(cache, 'models--some-lab--tiny-gpt2', 'blobs');
    const partial = () => (existsSync(blobs) ? readdirSync(blobs).filter((name) => name.endsWith('.incomplete')) : []);
    let waiting: NodeJS.Timeout | undefined;
    const stopped = await reproduce(['--model', 'some-lab/tiny-gpt2', '--dry-run'], {
      environment,
      watch(_, child) {
        waiting ??= setInterval(() => {
          if (!partial().some((name) => statSync(join(blobs, name)).size === 10_000)) return;
          clearInterval(waiting);
          child.kill('SIGINT');
        }, 50);
      },
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain('Stopped. What was downloaded is kept; the same command resumes from there.');
    expect(partial()).toHaveLength(1);

    await take();
    expect(server.requests.at(-1)).toMatchObject({ host: 'cdn', range: 'bytes=10000-' });
  }, 120_000);

  it('is refused in one line where it is not available', async () => {
    const { server, take } = await hub();
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    await expect(take()).rejects.toThrow(
      /^--model some-lab\/tiny-gpt2: .* HF_HUB_OFFLINE is set, .* "hf download some-lab\/tiny-gpt2 .*$/,
    );
    vi.stubEnv('HF_HUB_OFFLINE', '0');
    server.intercept = (_, response) => {
      response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
      return true;
    };
    await expect(take()).rejects.toThrow(UsageError);
    await expect(take()).rejects.toThrow('--model some-lab/tiny-gpt2: some-lab/tiny-gpt2 has no such revision');
  });
});
