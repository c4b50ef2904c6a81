import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { median } from '@interlayer/stats';
import { describe, expect, it } from 'vitest';
import { workspace } from '../src/folders';

const source = join(workspace, 'src');

/** What each file of src imports, types included, by path below src; packages by their names. */
const imports = new Map(
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => [name, importsOf(join(source, name))]),
);

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return Array.from(text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g), ([, name]) => {
    if (!name!.startsWith('.')) return name!;
    const path = resolve(dirname(file), name!);
    return relative(source, [`${path}.ts`, join(path, 'index.ts'), `${path}.d.ts`].find(existsSync) ?? path);
  });
}

/** The first circle of a graph that a walk over it meets, or nothing. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (node: string, path: string[]): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of graph.get(node) ?? []) {
      const circle = walk(next, [...path, node]);
      if (circle.length) return circle;
    }
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const circle = walk(node, []);
    if (circle.length) return circle;
  }
  return [];
}

const linesOf = (path: string): number => readFileSync(path, 'utf8').trimEnd().split('\n').length;
const isClaim = (name: string): boolean => /^papers\/[^/]+\/claims\//.test(name);
/** The folders of src that files of some folder import. */
const foldersBelow = (folder: string): string[] => [
  ...new Set(
    [...imports]
      .filter(([name]) => name.startsWith(`${folder}/`))
      .flatMap(([, names]) => names.filter((name) => imports.has(name)).map((name) => name.split('/')[0]!)),
  ),
];

describe('the imports of src', () => {
  it('are those of files that exist', () => {
    expect(imports.size).toBeGreaterThan(80);
    expect(imports.get('run/measure-pair.ts')).toContain('run/store.ts');
    expect(imports.get('claim/claim.ts')).toContain('materials/material.ts');
  });

  it('go in no circle', () => {
    expect(circleIn(imports)).toEqual([]);
    // the walk does find one
    const circle = { a: ['b', 'c'], b: ['d'], c: ['e'], d: [], e: ['b', 'f'], f: ['c'] };
    expect(circleIn(new Map(Object.entries(circle)))).toEqual(['c', 'e', 'f', 'c']);
  });

  it('leave claims without input, output and model classes', () => {
    const all = [...imports].filter(([name]) => name.startsWith('claim/') || isClaim(name));
    for (const [name, names] of all)
      expect(
        names.filter((each) => /^node:|^@tensorflow|subjects\/(bert|gpt)\.ts$|^(run|report)\//.test(each)),
        name,
      ).toEqual([]);
  });

  it('let nothing import a claim but one that is derived from it', () => {
    const all = [...imports].filter(([, names]) => !names.includes('claim/derived.ts'));
    for (const [name, names] of all) expect(names.filter(isClaim), name).toEqual([]);
  });

  it('keep what measures from what runs and reports', () => {
    for (const folder of ['claim', 'conditions', 'materials', 'papers', 'subjects'])
      expect(
        foldersBelow(folder).filter((name) => name === 'run' || name === 'report'),
        folder,
      ).toEqual([]);
  });
});

describe('files meant to be read in one go', () => {
  it('are short: a claim has at most 80 lines, half of them at most 60', () => {
    const lines = new Map([...imports.keys()].filter(isClaim).map((name) => [name, linesOf(join(source, name))]));
    expect([...lines].filter(([, count]) => count > 80)).toEqual([]);
    expect(median([...lines.values()]), JSON.stringify(Object.fromEntries(lines))).toBeLessThanOrEqual(60);
  });

  it('are short: the command line has at most 60', () => {
    expect(linesOf(join(source, 'cli.ts'))).toBeLessThanOrEqual(60);
  });
});
