import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadmeEnvironment } from '@interlayer/test-kit';
import { assertions, codeModules, installCommands } from '@interlayer/test-kit/code-blocks';
import { buildSync, transformSync } from 'esbuild';
import { type Packed, readmeOf, root } from './pack';
import { createProject, type Manager } from './project';
import { run } from './run';
import { type Resolution, resolutions, typeErrors } from './typecheck';

/** Does what the README of a package says, in a folder of its own: installs, type-checks all blocks, runs those that run. */
export async function tryReadme(name: string, manager: Manager, folder: string, registry: string): Promise<string[]> {
  const { path, markdown } = readmeOf(name);
  const { byName } = installCommands(markdown);
  if (byName.length === 0) return [`${path}: no \`npm install\` in an sh block`];
  await createProject(folder, manager, byName, registry);

  const modules = codeModules(markdown).map((module) => ({ ...module, file: join(folder, `${module.name}.ts`) }));
  for (const { file, code } of modules) writeFileSync(file, `${code}\nexport {};\n`);
  const files = modules.map(({ file }) => file);
  const problems = (Object.keys(resolutions) as Resolution[]).flatMap((resolution) =>
    typeErrors(folder, files, resolution).map((error) => `${path}, types under ${resolution}: ${error}`),
  );

  for (const { name: module, code } of modules.filter(({ runs }) => runs)) {
    writeFileSync(join(folder, `${module}.mjs`), executable(code, `${module}.ts`));
    writeFileSync(join(folder, 'check.mjs'), checking);
    const { env, close } = await environment(name, join(folder, 'environment'));
    await run('node', ['--enable-source-maps', '--import', './check.mjs', `${module}.mjs`], { cwd: folder, env })
      .catch((error: Error) => problems.push(`${path}: ${error.message}`))
      .finally(close);
  }
  return problems;
}

/**
 * Does what the README of the root says until the first release: installs the tarballs in `~/interlayer-packed`, of `home`,
 * with npm, and imports each package.
 */
export async function tryTarballs(packages: readonly Packed[], home: string, folder: string): Promise<string[]> {
  const { ofTarballs } = installCommands(readmeOf('root').markdown);
  const cache = (await run('npm', ['config', 'get', 'cache'], { cwd: root })).trim();
  await createProject(folder, 'npm', ofTarballs, undefined, { HOME: home, npm_config_cache: cache });
  if (ofTarballs.length === 0) return [];
  writeFileSync(
    join(folder, 'import.mjs'),
    packages.map(({ name }) => `if (Object.keys(await import('${name}')).length === 0) throw '${name}';`).join('\n'),
  );
  await run('node', ['import.mjs'], { cwd: folder });
  return [];
}

const executable = (code: string, sourcefile: string): string =>
  transformSync(assertions(code), { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', sourcefile })
    .code;

/** The function that compares, as a module that Node can load. */
const checking = buildSync({
  stdin: {
    contents: "import { check } from './code-blocks';\nglobalThis.__readmeCheck = check;",
    resolveDir: join(root, 'tools/test-kit/src'),
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
}).outputFiles[0]!.text;

async function environment(name: string, folder: string): ReturnType<ReadmeEnvironment> {
  const file = join(root, 'packages', name, 'test/readme-environment.ts');
  if (!existsSync(file)) return { env: {} };
  const module = (await import(file)) as { environment: ReadmeEnvironment };
  return module.environment(folder);
}
