/**
 * `pnpm check`: runs every gate of the repository in turn and prints a table. A gate that needs something outside the checkout
 * is skipped where that is missing, with the reason.
 */
import { spawnSync } from 'node:child_process';

interface Gate {
  name: string;
  command: string[];
  /** The reason to skip the gate here, if any. */
  skip?: () => string | undefined;
}

const turbo = (task: string) => ['turbo', 'run', task, '--continue', '--output-logs=errors-only', '--concurrency=100%'];

const git = (...args: string[]) => spawnSync('git', args, { encoding: 'utf8' });
const base = ['origin/main', 'main'].find(
  (ref) =>
    git('rev-parse', '--verify', '--quiet', ref).status === 0 &&
    git('rev-parse', ref).stdout !== git('rev-parse', 'HEAD').stdout,
);

const gates: Gate[] = [
  { name: 'biome: format and lint', command: ['biome', 'ci', '--diagnostic-level=warn', '.'] },
  { name: 'typecheck', command: turbo('typecheck') },
  { name: 'vitest, READMEs and conventions', command: turbo('test') },
  { name: 'knip: nothing unused', command: ['knip', '--no-progress'] },
  { name: 'sherif: one version of everything', command: ['sherif'] },
  { name: 'publint and attw on the packed packages', command: turbo('pack:check') },
  {
    name: 'changeset: changes to packages are described',
    command: ['changeset', 'status', `--since=${base}`],
    skip: () => (base ? undefined : 'there is no other commit to compare with (HEAD is the only origin/main or main)'),
  },
];

const rows: [string, string, string][] = [];
let failed = 0;
for (const { name, command, skip } of gates) {
  const reason = skip?.();
  if (reason) {
    console.log(`\n▸ ${name}: SKIPPED, ${reason}`);
    rows.push([name, 'skipped', reason]);
    continue;
  }
  console.log(`\n▸ ${name}: ${command.join(' ')}`);
  const start = performance.now();
  const { status } = spawnSync('pnpm', ['exec', ...command], {
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  });
  if (status !== 0) failed++;
  rows.push([name, status === 0 ? 'passed' : 'FAILED', `${((performance.now() - start) / 1000).toFixed(1)} s`]);
}

const width = Math.max(...rows.map(([name]) => name.length));
console.log(
  `\n${rows.map(([name, result, note]) => `${name.padEnd(width)}  ${result.padEnd(7)}  ${note}`).join('\n')}`,
);
console.log(`\n${rows.filter(([, result]) => result === 'passed').length} gates passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
