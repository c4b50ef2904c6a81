import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packages, root } from '../src/workspace';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');

it('names one exact pnpm version everywhere', () => {
  const { packageManager } = JSON.parse(read('package.json'));
  const named = [...(readme + read('CONTRIBUTING.md')).matchAll(/pnpm@[\d.]+\d/g)].map(([version]) => version);
  expect(named.length).toBeGreaterThan(3);
  expect(new Set(named)).toEqual(new Set([packageManager]));
});

it('gives two commands, one that reproduces and one that tests', () => {
  const commands = [...readme.matchAll(/^```sh\n(npx .+)\n```$/gm)].map((match) => match[1]!);
  expect(commands).toHaveLength(2);
  expect(commands[0]).toMatch(/install --frozen-lockfile && .* reproduce$/);
  expect(commands[1]).toMatch(/install --frozen-lockfile && .* test$/);
});

it('lists every package in the README, with when to use it', () => {
  for (const { name } of packages())
    expect(readme).toMatch(new RegExp(`^\\| \\[\`@interlayer/${name}\`\\]\\(packages/${name}\\) \\| .{20,} \\|$`, 'm'));
});

// A release removes the section, and with it the notes: sed -i '/^> Not on npm yet/,+1d' packages/*/README.md models/src/*-readme.ts
it('until the packages are on npm, says in every Install section how to get them, and no longer', () => {
  const note = '\n## Install\n\n> Not on npm yet: [install it from a clone](../../README.md#not-on-npm-yet).\n\n';
  const unpublished = readme.includes('\n### Not on npm yet\n');
  for (const { name } of packages())
    expect(read(`packages/${name}/README.md`).includes(note), `${name}: the note in Install`).toBe(unpublished);
  expect(readme.includes('(#not-on-npm-yet)')).toBe(unpublished);
});

it('has no project configuration that npm, which starts pnpm, warns of', () => {
  // pnpm hands its own configuration on in the environment.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')),
  );
  const { status, stderr } = spawnSync('npm', ['config', 'get', 'loglevel'], { cwd: root, env, encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stderr).not.toContain('project config');
});

it('runs no install script but the one of esbuild', () => {
  const [, list] = /^onlyBuiltDependencies:\n((?: {2}- .+\n)+)/m.exec(read('pnpm-workspace.yaml'))!;
  expect(list).toBe('  - esbuild\n');
});

it('names no machine path and no registry host in a tracked file', () => {
  const { stdout } = spawnSync(
    'git',
    [
      'grep',
      '-nIE',
      '(^|[^.[:alnum:]])(/work/|/root/|/home/[a-z]+/)|registry\\.npm',
      '--',
      ':!pnpm-lock.yaml',
      ':!tools/conventions/test',
    ],
    { cwd: root, encoding: 'utf8' },
  );
  expect(stdout).toBe('');
});
