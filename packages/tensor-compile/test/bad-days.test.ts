import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, test } from 'vitest';

const own = join(import.meta.dirname, '..');
const root = join(own, '../..');

/** Runs a TypeScript file in its own process; returns the last line that it prints, as JSON. */
function run<T>(script: string): T {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--conditions=@interlayer/source', script],
    { cwd: root, encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

describe('an onnxruntime-node that does not load', () => {
  const installed = realpathSync(join(own, 'node_modules/onnxruntime-node'));
  const platform = `bin/napi-v6/${process.platform}/${process.arch}`;

  /** This package in its own folder with a copy of onnxruntime-node, damaged by `harm`. */
  async function said(harm: (onnxruntime: string) => void): Promise<string> {
    const copy = await temporaryFolder();
    for (const part of ['src', 'package.json', 'test/children/load.ts'])
      cpSync(join(own, part), join(copy, part), { recursive: true });
    const modules = join(copy, 'node_modules');
    for (const name of ['@tensorflow/tfjs-core', '@interlayer/atomic-write']) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(realpathSync(join(own, 'node_modules', name)), join(modules, name));
    }
    symlinkSync(join(dirname(installed), 'onnxruntime-common'), join(modules, 'onnxruntime-common'));
    const onnxruntime = join(modules, 'onnxruntime-node');
    for (const part of ['package.json', 'dist', platform])
      cpSync(join(installed, part), join(onnxruntime, part), { recursive: true });
    harm(onnxruntime);
    return run<string>(join(copy, 'test/children/load.ts'));
  }
  const binding = (onnxruntime: string) => join(onnxruntime, platform, 'onnxruntime_binding.node');

  test('loads if nothing is wrong', async () => {
    expect(await said(() => {})).toBe('onnxruntime cpu, 1 thread');
  });

  test('is not installed: what to install, and how behind a firewall', async () => {
    expect(await said((onnxruntime) => rmSync(onnxruntime, { recursive: true }))).toMatch(
      /it is not installed.*npm install onnxruntime-node@1\.30.*ONNXRUNTIME_NODE_INSTALL=skip/,
    );
  });

  test('has no binary for this platform', async () => {
    expect(await said((onnxruntime) => rmSync(binding(onnxruntime)))).toMatch(
      `it has no binary for ${process.platform} ${process.arch}`,
    );
  });

  test('has an empty binary', async () => {
    expect(await said((onnxruntime) => writeFileSync(binding(onnxruntime), ''))).toMatch(
      /its binary is damaged.*[Rr]einstall/,
    );
  });

  test.runIf(process.platform === 'linux')('has lost its own library', async () => {
    const lose = (onnxruntime: string) =>
      renameSync(join(onnxruntime, platform, 'libonnxruntime.so.1'), join(onnxruntime, 'elsewhere.so'));
    expect(await said(lose)).toMatch(/its library libonnxruntime\.so\.1 is missing.*[Rr]einstall/);
  });

  test.runIf(process.platform === 'linux')('needs a system library that is missing', async () => {
    // The name that the binary asks for is changed to one that no system has.
    const rename = (onnxruntime: string) => {
      const file = binding(onnxruntime);
      const bytes = readFileSync(file);
      bytes.write('libstdx++', bytes.indexOf('libstdc++.so'));
      writeFileSync(file, bytes);
    };
    expect(await said(rename)).toMatch(/the shared library libstdx\+\+\.so\.6 is missing on this machine/);
  });
});

// util-linux has it, most of Linux therefore, but not everything that runs Node.
const limits = spawnSync('prlimit', ['--version']).status === 0;
if (!limits) console.warn('SKIPPED LOUDLY: no prlimit here, so too little memory is not tried');

test.runIf(limits)('too little memory is an error that leaves state and engine intact', () => {
  const seen = run<Record<string, unknown>>(join(import.meta.dirname, 'children/memory.ts'));
  expect(seen).toEqual({
    first: [2 ** 20],
    refused: expect.stringMatching(/^Running 'add 1024' on onnxruntime cpu.*there is not enough memory/),
    traced: expect.stringMatching(/^Compiling 'trace' for onnxruntime cpu.*there is not enough memory/),
    again: [2 ** 21],
    total: 2 ** 21,
  });
});
