import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run';

export const managers = ['npm', 'pnpm'] as const;
export type Manager = (typeof managers)[number];

/**
 * An empty project in `folder`, in which a reader ran the given `npm install` commands; with pnpm, the same as `pnpm add`,
 * whose node_modules hides whatever was not asked for. `@interlayer` packages come from `registry`, if one is given.
 */
export async function createProject(
  folder: string,
  manager: Manager,
  commands: readonly string[],
  registry?: string,
  env?: NodeJS.ProcessEnv,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'reader', private: true, type: 'module' }));
  const scope = registry ? `@interlayer:registry=${registry}\n` : '';
  writeFileSync(join(folder, '.npmrc'), `${scope}fund=false\naudit=false\n`);
  for (const command of commands) {
    const typed = manager === 'npm' ? command : command.replace('npm install', 'pnpm add --ignore-workspace');
    await run('bash', ['-c', typed], { cwd: folder, env });
  }
}
