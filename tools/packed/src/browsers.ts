import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundlers } from '@interlayer/test-kit/bundle';
import { openPage } from '@interlayer/test-kit/chromium';
import { tolerance } from '@interlayer/test-kit/tolerances';
import { readmeOf } from './pack';
import { createProject } from './project';
import { run } from './run';

const pages = join(import.meta.dirname, '../pages');

/** The packages that have a page here: all that say that they run in browsers. */
export const packagesWithPages: readonly string[] = readdirSync(pages).map((file) => basename(file, '.ts'));

/** Whether the README of a package says that it runs in browsers. */
export function claimsBrowsers(name: string): boolean {
  const { markdown } = readmeOf(name);
  const compatibility = /^## Compatibility\n([\s\S]*?)^## /m.exec(markdown)?.[1] ?? '';
  return /(and|in|for|or a) browsers?\b/.test(compatibility);
}

/** What the pages import besides the packages themselves. */
const others = [
  ...['tfjs', 'tfjs-core', 'tfjs-backend-cpu'].map((name) => `@tensorflow/${name}@4.22.0`),
  ...['onnxruntime-web', 'onnxruntime-node'].map((name) => `${name}@1.30`),
];

/** A project with the packages of all pages. */
export async function createBrowserProject(folder: string, registry: string): Promise<void> {
  const names = packagesWithPages.map((name) => `@interlayer/${name}`);
  await createProject(
    folder,
    'npm',
    [`ONNXRUNTIME_NODE_INSTALL=skip npm install ${[...names, ...others].join(' ')}`],
    registry,
  );
  for (const name of packagesWithPages) copyFileSync(join(pages, `${name}.ts`), join(folder, `${name}.ts`));
}

/**
 * Bundles the page of a package with each bundler, no stubs and no polyfills, and runs the bundle in Chromium. What it gives
 * must be what the same page gives under Node.
 *
 * @returns what is wrong; nothing where all is well
 */
export async function tryInBrowser(name: string, project: string, chromium: string): Promise<string[]> {
  const problems: string[] = [];
  const expected = await underNode(name, project);
  for (const [bundler, bundle] of Object.entries(bundlers)) {
    try {
      const files = await bundle(join(project, `${name}.ts`), []);
      const page = await openPage(chromium, files, { assets: [join(project, 'node_modules/onnxruntime-web/dist')] });
      const actual = await page.call<number[]>('run').finally(() => page.close());
      // Float32 rounds relative to the size of a number.
      const bound = (value: number) => tolerance.forward * Math.max(1, Math.abs(value));
      const close = actual.every((value, i) => Math.abs(value - expected[i]!) <= bound(expected[i]!));
      if (actual.length !== expected.length || !close)
        problems.push(`${bundler}: the browser gives ${actual}, Node ${expected}`);
    } catch (error) {
      problems.push(`${bundler}: ${(error as Error).message}`);
    }
  }
  return problems;
}

async function underNode(name: string, project: string): Promise<number[]> {
  const script = `${name}-in-node.ts`;
  writeFileSync(
    join(project, script),
    `import { run } from './${name}.ts';\nconsole.log('\\n' + JSON.stringify(await run()));\n`,
  );
  const printed = await run('node', ['--import', import.meta.resolve('tsx'), script], { cwd: project });
  return JSON.parse(printed.trim().split('\n').at(-1)!);
}
