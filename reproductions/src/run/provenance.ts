import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release } from 'node:os';
import { join, relative } from 'node:path';
import type { StoredResult } from '../claim/schema';
import { repository, workspace } from '../folders';
import type { TaskTexts } from '../subjects/task-texts';
import { canonicalJson, sha256 } from './canonical-json';
import { lockfileHash } from './fingerprint';

/** One hash of all code that takes part in measuring: it tells apart what a dirty working tree would confuse. */
export function sourceHash(): string {
  const packages = join(repository, 'packages');
  const folders = [
    ...['claim', 'conditions', 'materials', 'papers', 'run', 'subjects'].map((name) => join(workspace, 'src', name)),
    ...(existsSync(packages) ? readdirSync(packages).map((name) => join(packages, name, 'src')) : []),
  ];
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return sha256(files.map((file) => `${relative(repository, file)}\0${sha256(readFileSync(file))}\n`).join(''));
}

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
  seed: number;
  /** The most examples of a claim, where the user set it. */
  sample: number | null;
  /** Whether tasks of GLUE were fine-tuned on. */
  glue: boolean;
  /** Whether models were trained for long after interventions. */
  thorough: boolean;
  /** The task of GLUE whose texts were read in place of the corpus, and the share of its rows. */
  reads: TaskTexts | null;
  /** Names of the subjects: for a checkpoint its folder as the user gave it, or owner/name@commit of the hub. */
  subjects: string[];
  /** As asked for, null where nothing was; what was used stands in `engines`, as the backend that was. */
  threads: number | null;
  backend: string;
  /** sha256 of each claim's file. */
  claims: Record<string, string>;
  /** sha256 of the models' files. */
  models: Record<string, string>;
}

/**
 * What the numbers of a report depend on, and one hash over it: equal hashes mean equal science. Engines and what was read
 * come from the results themselves, so that a resumed run has those of the run that it resumes.
 */
export function provenanceOf({ models, ...input }: ProvenanceInput, stored: readonly StoredResult[]) {
  const status = git('status', '--porcelain');
  const engines = new Map(
    stored.flatMap(({ provenance: { engine } }) => (engine ? [[canonicalJson(engine), engine] as const] : [])),
  );
  const block = {
    commit: git('rev-parse', 'HEAD'),
    dirty: status === null ? null : status !== '',
    sourceHash: sourceHash(),
    lockfileHash: lockfileHash(),
    node: process.version,
    system: `${platform()} ${arch()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    packages: packageVersions(),
    ...input,
    engines: [...engines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, engine]) => engine),
    artefacts: Object.fromEntries(
      [models, ...stored.map(({ provenance }) => provenance.artefacts)].flatMap((each) => Object.entries(each)).sort(),
    ),
  };
  return { ...block, hash: sha256(canonicalJson(block)) };
}

export type Provenance = ReturnType<typeof provenanceOf>;
