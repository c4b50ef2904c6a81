import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { awkward } from '../src/plain-english';
import { root } from '../src/workspace';

it.each(Object.entries(awkward))('nobody writes "%s" (better: %s)', (phrase) => {
  const { stdout } = spawnSync(
    'git',
    [
      ...['grep', '-nIiF', phrase, '--', '*.md', '*.ts', '*.tsx', '*.sh', '*.json', '.ci'],
      ...[':!tools/conventions/src/plain-english.ts', ':!pnpm-lock.yaml', ':!**/tokenizer.json'],
    ],
    { cwd: root, encoding: 'utf8' },
  );
  expect(stdout).toBe('');
});
