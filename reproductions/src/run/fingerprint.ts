import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { variantsOf } from '../claim/schema';
import { repository, workspace } from '../folders';
import { folderOf, type Subject } from '../subjects/subject';
import { hashFolder } from './artefacts';
import { canonicalJson, sha256 } from './canonical-json';
import type { Pair } from './plan';
import type { Settings } from './store';

/** Files that take part in measuring any claim. */
const HARNESS = ['src/run/measure-pair.ts', 'src/run/store.ts'];

/**
 * What a result depends on: the claim's own code and all that it imports, the files of its model, the settings, and the
 * versions of other packages. A stored result is taken only where this is unchanged.
 */
export function fingerprintOf({ claim, subject, scale }: Pair, settings: Settings): string {
  const { seed, sample = null, glue = false, thorough = false, backend = 'fastest here', threads = null } = settings;
  return sha256(
    canonicalJson({
      claim: claim.record,
      settings: { scale, seed, sample, glue, thorough, backend, threads },
      reads: subject?.reads ?? null,
      sources: sourcesOf([claim.file, ...HARNESS].map((file) => join(workspace, file))),
      model: subject ? modelFiles(subject, ['base', ...variantsOf(claim.record.needs, subject.variants)]) : {},
      lockfile: lockfileHash(),
    }),
  );
}

/** The files of some variants of a subject, with its tokenizer's; none where one is missing. */
export function modelFiles(subject: Subject, variants: readonly string[]): Record<string, string> {
  const nameOf = (variant: string) => (variant === 'base' ? subject.id : `${subject.id}/${variant}`);
  try {
    return Object.assign(
      hashFolder(subject.tokenizer, 'tokenizer'),
      ...variants.map((variant) => hashFolder(folderOf(subject, variant), nameOf(variant))),
    );
  } catch {
    return {};
  }
}

export const lockfileHash = (): string => {
  const file = join(repository, 'pnpm-lock.yaml');
  return existsSync(file) ? sha256(readFileSync(file)) : 'absent';
};

/** sha256 of each file that some files import, themselves included, by path in the repository. */
export function sourcesOf(files: readonly string[]): Record<string, string> {
  const hashes = new Map<string, string>();
  const left = [...files];
  for (let file = left.pop(); file; file = left.pop()) {
    if (hashes.has(file)) continue;
    const source = readFileSync(file, 'utf8');
    hashes.set(file, sha256(source));
    left.push(...importsOf(source, file));
  }
  return Object.fromEntries([...hashes].map(([file, hash]) => [relative(repository, file), hash]).sort());
}

/** The files of this repository that a source imports; other packages are told apart by the lock file. */
function importsOf(source: string, file: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap(([, name]) => {
    const path = name!.startsWith('.')
      ? resolve(dirname(file), name!)
      : name!.startsWith('#')
        ? ownModule(file, name!)
        : name!.startsWith('@interlayer/')
          ? join(packages, name!.slice('@interlayer/'.length), 'src/index')
          : undefined;
    const found = path && [path, `${path}.ts`, join(path, 'index.ts')].find(isFile);
    return found ? [found] : [];
  });
}

const packages = join(repository, 'packages');
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** What a package calls one of its own files, which is another one in a browser. */
function ownModule(file: string, name: string): string | undefined {
  const root = join(packages, relative(packages, file).split(sep)[0]!);
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports?: Record<string, { '@interlayer/source'?: string }>;
  };
  const path = imports?.[name]?.['@interlayer/source'];
  return path && join(root, path);
}
