import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release } from 'node:os';
import { join, relative } from 'node:path';
import { canonicalJson, sha256 } from './canonical-json';
import { workspace } from './catalogue';
import type { RunRecord } from './run-record';

/** The folder of the whole repository. */
export const repository = join(workspace, '..');

/** sha256 over the sorted list of (path, sha256 of content) of the files below some folders. */
export function hashFiles(folders: readonly string[], wanted: (file: string) => boolean): string {
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && wanted(entry.name) && !entry.parentPath.includes('node_modules'))
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    .sort();
  return sha256(files.map((file) => `${relative(repository, file)}\0${sha256(readFileSync(file))}\n`).join(''));
}

/** One hash of all code that takes part in measuring: it tells apart what a dirty working tree would confuse. */
export function sourceHash(): string {
  const packages = join(repository, 'packages');
  const folders = [
    join(workspace, 'src'),
    ...(existsSync(packages) ? readdirSync(packages).map((name) => join(packages, name, 'src')) : []),
  ];
  // How a report looks does not change what was measured.
  return hashFiles(
    folders,
    (name) => name.endsWith('.ts') && !/^(report-html|figure-svg|report-style)\.ts$/.test(name),
  );
}

export const lockfileHash = (): string => {
  const file = join(repository, 'pnpm-lock.yaml');
  return existsSync(file) ? sha256(readFileSync(file)) : 'absent';
};

function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', ['-C', repository, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Versions of the third-party packages that compute something. */
function packageVersions(): Record<string, string> {
  const require = createRequire(join(workspace, 'package.json'));
  const names = ['@tensorflow/tfjs-core', 'fast-check', 'onnxruntime-node', 'pure-rand', 'vitest', 'zod'];
  return Object.fromEntries(
    names.map((name) => {
      const from = require.resolve.paths(name) ?? [];
      const file = from.map((folder) => join(folder, name, 'package.json')).find((path) => existsSync(path));
      return [name, file ? (JSON.parse(readFileSync(file, 'utf8')).version as string) : 'absent'];
    }),
  );
}

export interface ProvenanceInput {
  scale: string;
  seed: number;
  /** The most examples of a claim, where the user set it. */
  sample: number | null;
  /** The checkpoint: its folder as the user named it, or owner/name@commit of the hub. */
  model?: string;
  /** As asked for; what it came to stands in `engine`. */
  backend: string;
  threads: number;
  engine: RunRecord['engine'];
  artefacts: Record<string, string>;
  /** sha256 of each claim's file. */
  claims: Record<string, string>;
}

/** What the numbers of a report depend on, and one hash over it: equal hashes mean equal science. */
export function provenanceOf(input: ProvenanceInput) {
  const block = {
    commit: git('rev-parse', 'HEAD'),
    dirty: git('status', '--porcelain') === null ? null : git('status', '--porcelain') !== '',
    sourceHash: sourceHash(),
    lockfileHash: lockfileHash(),
    node: process.version,
    system: `${platform()} ${arch()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    packages: packageVersions(),
    ...input,
  };
  return { ...block, hash: sha256(canonicalJson(block)) };
}

export type Provenance = ReturnType<typeof provenanceOf>;
