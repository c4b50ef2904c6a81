/**
 * Packs every package, installs the tarballs in an empty folder as a user of npm would, imports each and type-checks
 * against its declarations; then installs tensor-compile alone with npm and with pnpm, runs it, and bundles the packages
 * that run in browsers. Needs the npm registry; part of .ci/full.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'interlayer-packed-'));
const run = (command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}) =>
  execFileSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
// What the README of tensor-compile says to set: without it onnxruntime-node's install script fetches CUDA files.
const SKIP = { ONNXRUNTIME_NODE_INSTALL: 'skip' };

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
    SKIP,
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

  const tarball = (name: string) => join(folder, tarballs.find((file) => file.includes(`-${name}-`))!);
  const exact = (name: string) => `${name}@${version(name)}`;
  for (const [manager, args, env] of [
    ['npm', ['install', '--no-audit', '--no-fund'], SKIP],
    // Runs no install scripts, so nothing has to be set.
    ['pnpm', ['add', '--ignore-workspace'], {}],
  ] as const) {
    const alone = join(folder, `alone-${manager}`);
    mkdirSync(alone);
    writeFileSync(join(alone, 'package.json'), JSON.stringify({ name: 'alone', private: true, type: 'module' }));
    const wanted = [tarball('tensor-compile'), ...['@tensorflow/tfjs', '@tensorflow/tfjs-core'].map(exact)];
    run(manager, [...args, ...wanted, exact('onnxruntime-node')], alone, env);
    writeFileSync(
      join(alone, 'use.js'),
      `import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createExecutor, hostTensor } from '@interlayer/tensor-compile';
const executor = await createExecutor({ provider: 'cpu', threads: 2 });
const weight = tf.variable(tf.scalar(2));
const loss = ({ x }) => tf.sum(tf.mul(x, weight));
const step = executor.compileStep(loss, tf.train.sgd(0.5), [weight]);
const inParts = executor.compileParallelStep(loss, tf.train.sgd(0.5), [weight]);
const inputs = { x: hostTensor([1, 3], [2]) };
const losses = [(await step(inputs)).loss, (await step(inputs)).loss, (await inParts([inputs, inputs])).loss];
if (losses.join() !== '8,0,-8') throw new Error('losses ' + losses + ' instead of 8,0,-8');
await executor.dispose();
`,
    );
    run('node', ['use.js'], alone);
    console.log(`tensor-compile trains after an install by ${manager}`);
  }

  const browser = join(folder, 'alone-npm');
  const inPage = ['tensor-compile', 'tensor-hooks', 'safetensors', 'stats', 'ffn-memory'];
  const more = [...inPage.slice(1).map(tarball), exact('onnxruntime-web'), 'esbuild@0.28.2'];
  run('npm', ['install', '--no-audit', '--no-fund', ...more], browser, SKIP);
  writeFileSync(
    join(browser, 'page.js'),
    inPage.map((name, i) => `export * as p${i} from '@interlayer/${name}';\n`).join(''),
  );
  // What only Node has is an error here.
  const bundling = ['esbuild', 'page.js', '--bundle', '--platform=browser', '--format=esm', '--splitting'];
  run('npx', [...bundling, '--outdir=bundle', '--log-level=warning'], browser);
  const bundled = readdirSync(join(browser, 'bundle')).map((file) =>
    readFileSync(join(browser, 'bundle', file), 'utf8'),
  );
  if (bundled.some((code) => code.includes('onnxruntime-node@') || code.includes('onnxruntime_binding')))
    throw new Error('the bundle for the browser holds what is meant for Node');
  console.log(`${inPage.join(', ')} bundle for the browser`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
