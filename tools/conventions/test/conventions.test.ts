import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floors, whyNot } from '../src/floors';
import {
  claimsAndShows,
  forbiddenImports,
  imports,
  packageOf,
  packages,
  root,
  sources,
  type Workspace,
} from '../src/workspace';

const HEADINGS = ['What is this?', 'When should I use this?', 'Install', 'Use', 'API', 'Compatibility', 'License'];
const SCRIPTS = {
  build: 'tsup',
  test: 'vitest run --config ../../vitest.config.ts --configLoader runner --root .',
  typecheck: 'tsc --noEmit',
  'pack:check': 'publint --strict && attw --pack . --profile esm-only',
};
const BACKENDS = /^@tensorflow\/(tfjs|tfjs-backend-.+|tfjs-node|tfjs-node-gpu)$/;

it('every workspace has its place on a floor, and every place its workspace', () => {
  const names = (workspaces: Workspace[]) => workspaces.map(({ name }) => name).sort();
  expect(names(packages())).toEqual(floors.slice(0, 3).flat().toSorted());
  expect(names(claimsAndShows())).toEqual(floors[3]!.toSorted());
});

it.each(claimsAndShows())('$name imports only downwards and to its left', (workspace) => {
  expect(forbiddenImports(workspace)).toEqual([]);
});

describe.each(packages())('$name', ({ name, folder, manifest }) => {
  const source = sources(join(folder, 'src'));

  it.each(['README.md', 'tsconfig.json', 'tsup.config.ts', 'src/index.ts', 'test/readme.test.ts'])('has %s', (file) => {
    expect(existsSync(join(folder, file)), `${name}/${file}`).toBe(true);
  });

  it('has the fields of the template in package.json', () => {
    expect(manifest).toMatchObject({
      name: `@interlayer/${name}`,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      description: expect.stringMatching(/.{20,}/),
      license: 'MIT',
      repository: { type: 'git', url: expect.any(String), directory: `packages/${name}` },
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20' },
      files: expect.arrayContaining(['dist', 'src']),
      scripts: SCRIPTS,
      publishConfig: { access: 'public' },
    });
    expect(manifest.exports['.']).toEqual({
      '@interlayer/source': './src/index.ts',
      types: './dist/index.d.ts',
      default: './dist/index.js',
    });
    expect(manifest.exports['./package.json']).toBe('./package.json');
    for (const field of ['main', 'module', 'types', 'private']) expect(manifest, field).not.toHaveProperty(field);
  });

  it('answers the questions of the README template, in order', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme.split('\n')[0]).toBe(`# @interlayer/${name}`);
    expect([...readme.matchAll(/^## (.+)$/gm)].map((match) => match[1])).toEqual(HEADINGS);
  });

  it('imports only downwards', () => {
    expect(forbiddenImports({ name, folder, manifest })).toEqual([]);
  });

  it('declares what its source imports, and nothing of the workspace that it does not', () => {
    const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
    const used = new Set(
      source
        .flatMap(imports)
        .filter((specifier) => !/^[.#]/.test(specifier) && !isBuiltin(specifier))
        .map(packageOf),
    );
    used.delete(manifest.name);
    expect([...used].filter((dependency) => !declared.has(dependency))).toEqual([]);
    const workspace = Object.keys(manifest.dependencies ?? {}).filter((dependency) =>
      dependency.startsWith('@interlayer/'),
    );
    expect(workspace.filter((dependency) => !used.has(dependency))).toEqual([]);
  });

  it('takes tfjs-core as a peer, backends only in runtime, onnxruntime only in tensor-compile', () => {
    const dependencies = Object.keys(manifest.dependencies ?? {});
    expect(dependencies).not.toContain('@tensorflow/tfjs-core');
    const imported = source.flatMap(imports).map(packageOf);
    if (name !== 'runtime') {
      expect(imported.filter((dependency) => BACKENDS.test(dependency))).toEqual([]);
      expect(dependencies.filter((dependency) => BACKENDS.test(dependency))).toEqual([]);
    }
    if (name !== 'tensor-compile')
      expect(imported.filter((dependency) => dependency.startsWith('onnxruntime'))).toEqual([]);
    expect(
      dependencies.filter((dependency) => /^onnxruntime|tfjs-node/.test(dependency)),
      'optional peers only',
    ).toEqual([]);
  });

  it('only re-exports in src/index.ts, and exports by name', () => {
    const index = readFileSync(join(folder, 'src/index.ts'), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const rest = index.replace(/export (?:type )?(?:\{[^}]*\}|\*(?: as \w+)?) from ['"][^'"]+['"];?/g, '').trim();
    expect(rest).toBe('');
    const defaults = source.filter((file) => /^export default /m.test(readFileSync(join(root, file), 'utf8')));
    expect(defaults).toEqual([]);
  });
});

describe('floors', () => {
  it('go down, and to the left on the floors of subjects and of claims', () => {
    expect(whyNot('gpt-model', 'transformer')).toBeUndefined();
    expect(whyNot('gpt-model', 'stats')).toBeUndefined();
    expect(whyNot('transformer', 'gpt-model')).toMatch(/may not import/);
    expect(whyNot('tensor-hooks', 'linalg')).toBeUndefined();
    expect(whyNot('linalg', 'stats')).toMatch(/may not import/);
    expect(whyNot('ffn-memory', 'gpt-model')).toMatch(/may not import/);
    expect(whyNot('bench', 'models')).toBeUndefined();
    expect(whyNot('models', 'reproductions')).toMatch(/may not import/);
    expect(whyNot('unheard-of', 'stats')).toMatch(/has no floor/);
  });
});
