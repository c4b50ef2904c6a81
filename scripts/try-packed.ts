/**
 * Packs every package, installs the tarballs in an empty folder as a user of npm would, imports each and type-checks
 * against its declarations. Needs the npm registry; part of .ci/full.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'interlayer-packed-'));
const run = (command: string, args: string[], cwd: string) =>
  execFileSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' } });

try {
  const names = readdirSync(join(root, 'packages'));
  for (const name of names) run('pnpm', ['pack', '--pack-destination', folder], join(root, 'packages', name));
  const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const pin = (name: string) => /^ *['"]?NAME['"]?: (.+)$/m.source.replace('NAME', name.replaceAll('/', '\\/'));
  const catalog = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const version = (name: string) => new RegExp(pin(name), 'm').exec(catalog)?.[1];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  run(
    'npm',
    [
      'install',
      '--no-audit',
      '--no-fund',
      ...tarballs.map((file) => `./${file}`),
      ...['@tensorflow/tfjs-core', 'onnxruntime-node', 'typescript'].map((name) => `${name}@${version(name)}`),
    ],
    folder,
  );
  const modules = names.map((name) => `@interlayer/${name}`);
  writeFileSync(
    join(folder, 'use.ts'),
    `${modules.map((name, i) => `import * as m${i} from '${name}';`).join('\n')}
const all: Record<string, object> = { ${modules.map((name, i) => `'${name}': m${i}`).join(', ')} };
for (const [name, module] of Object.entries(all)) {
  if (Object.keys(module).length === 0) throw new Error(name + ' exports nothing');
  console.log(name, Object.keys(module).length, 'exports');
}
`,
  );
  run('npx', ['tsc', '--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', 'use.ts'], folder);
  run('node', ['use.js'], folder);
  console.log(`${modules.length} packages install, import and type-check alone`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
