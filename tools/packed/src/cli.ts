/**
 * Packs every package and does what the READMEs say in empty projects, with npm and with pnpm: installs what the Install
 * section names, type-checks all code blocks, runs those that run. Needs the npm registry; part of .ci/full.
 * usage: pnpm exec tsx tools/packed/src/cli.ts [--manager npm|pnpm] [package …]
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packAll, root } from './pack';
import { type Manager, managers } from './project';
import { tryReadme } from './readme';
import { serve } from './registry';

const { values, positionals } = parseArgs({ options: { manager: { type: 'string' } }, allowPositionals: true });
const wanted = managers.filter((manager) => !values.manager || manager === values.manager);
const names = positionals.length > 0 ? positionals : readdirSync(join(root, 'packages'));

const folder = mkdtempSync(join(tmpdir(), 'interlayer-packed-'));
const tarballs = join(folder, 'tarballs');
mkdirSync(tarballs);
const registry = await serve(packAll(tarballs));
let failed = 0;
try {
  for (const name of names)
    for (const manager of wanted) {
      const start = performance.now();
      const problems = await attempt(name, manager);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${problems.length === 0 ? 'passed' : 'FAILED'}  ${name} with ${manager}, ${seconds} s`);
      for (const problem of problems) console.log(`  ${problem.replaceAll('\n', '\n  ')}`);
      if (problems.length > 0) failed++;
    }
} finally {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${names.length * wanted.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function attempt(name: string, manager: Manager): Promise<string[]> {
  const project = join(folder, `${name}-${manager}`);
  try {
    return await tryReadme(name, manager, project, registry.url);
  } catch (error) {
    return [(error as Error).message];
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
