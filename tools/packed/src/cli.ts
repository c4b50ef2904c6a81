/**
 * Packs every package and does with the tarballs what a reader of the READMEs does. In empty projects, with npm and with
 * pnpm: installs what the Install section names, type-checks all code blocks, runs those that run. Then, in Chromium: runs
 * the packages that are for browsers, as esbuild and Vite bundle them. Needs the npm registry, and `pnpm build` before.
 * usage: pnpm exec tsx tools/packed/src/cli.ts [--manager npm|pnpm] [--skip-browsers] [package …]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium, NO_CHROMIUM } from '@interlayer/test-kit/chromium';
import { createBrowserProject, packagesWithPages, tryInBrowser } from './browsers';
import { packAll } from './pack';
import { managers } from './project';
import { tryReadme, tryTarballs } from './readme';
import { serve } from './registry';

const { values, positionals } = parseArgs({
  options: { manager: { type: 'string' }, 'skip-browsers': { type: 'boolean' } },
  allowPositionals: true,
});
const wanted = managers.filter((manager) => !values.manager || manager === values.manager);
if (wanted.length === 0) throw new Error(`--manager is ${values.manager}: expected ${managers.join(' or ')}`);

const folder = mkdtempSync(join(tmpdir(), 'interlayer-packed-'));
let passed = 0;
let failed = 0;
try {
  const tarballs = join(folder, 'interlayer-packed');
  mkdirSync(tarballs);
  const packages = await packAll(tarballs);
  const chosen = packages
    .map(({ name }) => name.replace('@interlayer/', ''))
    .filter((name) => positionals.length === 0 || positionals.includes(name));
  const registry = await serve(packages);
  try {
    for (const name of ['root', ...chosen])
      for (const manager of wanted) {
        const project = join(folder, `${name}-${manager}`);
        await attempt(`README of ${name}, with ${manager}`, () => tryReadme(name, manager, project, registry.url));
        rmSync(project, { recursive: true, force: true });
      }
    await attempt('the tarballs, as before the first release', () =>
      tryTarballs(packages, folder, join(folder, 'tarballs')),
    );
    const chromium = findChromium();
    if (values['skip-browsers']) console.log('not in browsers, as asked');
    else if (!chromium) console.log(`SKIPPED LOUDLY: the check in a browser ${NO_CHROMIUM}`);
    else {
      const project = join(folder, 'browsers');
      await attempt('the project for browsers', async () => {
        await createBrowserProject(project, registry.url);
        return [];
      });
      for (const name of chosen.filter((name) => packagesWithPages.includes(name)))
        await attempt(`${name} in a browser`, () => tryInBrowser(name, project, chromium));
    }
  } finally {
    await registry.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Does one check, and prints how it went. */
async function attempt(title: string, check: () => Promise<string[]>): Promise<void> {
  const start = performance.now();
  const problems = await check().catch((error: Error) => [error.message]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'passed' : 'FAILED'}  ${title}, ${seconds} s`);
  for (const problem of problems) console.log(`  ${problem.replaceAll('\n', '\n  ')}`);
  if (problems.length === 0) passed++;
  else failed++;
}
