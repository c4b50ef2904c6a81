import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run';

export const managers = ['npm', 'pnpm'] as const;
export type Manager = (typeof managers)[number];

/**
 * An empty project in `folder`, in which a reader ran the given `npm install` commands; with pnpm, the same as `pnpm add`,
 * whose node_modules hides whatever was not asked for. `@interlayer` packages come from `registry`.
 */
export async function createProject(
  folder: string,
  manager: Manager,
  commands: readonly string[],
  registry: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'reader', private: true, type: 'module' }));
  writeFileSync(join(folder, '.npmrc'), `@interlayer:registry=${registry}\nfund=false\naudit=false\n`);
  for (const command of commands) {
    const typed = manager === 'npm' ? command : command.replace('npm install', 'pnpm add --ignore-workspace');
    await run('bash', ['-c', typed], { cwd: folder });
  }
}
