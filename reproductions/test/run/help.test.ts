import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../../src/folders';

/** A hook that prints the address of every module that is loaded. */
const hook = `export async function load(url, context, next) {
  (await import('node:fs')).writeSync(2, 'loads ' + url + '\\n');
  return next(url, context);
}`;
const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

function loadedBy(args: readonly string[]): { stdout: string; modules: string[] } {
  const registering = dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hook))});`);
  const flags = ['--import', 'tsx', '--import', registering, '--conditions=@interlayer/source'];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, join(repository, 'reproductions/src/cli.ts'), ...args],
    { cwd: repository, encoding: 'utf8' },
  );
  return { stdout, modules: [...stderr.matchAll(/^loads (.+)$/gm)].map(([, url]) => url!) };
}

it('shows the help without loading models, analyses or the test runner', () => {
  const { stdout, modules } = loadedBy(['--help']);
  expect(stdout).toContain('--subject');
  expect(modules.some((url) => url.endsWith('/src/run/options.ts'))).toBe(true);
  expect(modules.filter((url) => /tfjs|onnxruntime|vitest|ffn-memory|bert-model|session\.ts/.test(url))).toEqual([]);
});

it('would notice them', () => {
  const { modules } = loadedBy(['--dry-run', '--only', 'geva-2021/c7-*']);
  expect(modules.some((url) => /tfjs-core/.test(url))).toBe(true);
});
