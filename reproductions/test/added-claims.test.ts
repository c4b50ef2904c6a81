import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { repository, workspace } from '../src/folders';
import { reproduce } from './run/reproduce';
import { folderOfFile } from './subjects/tiny-checkpoint';

const [, example, code] = /^```ts claim (\S+)\n([\s\S]*?)^```$/m.exec(
  readFileSync(join(repository, 'CONTRIBUTING.md'), 'utf8'),
) as unknown as [string, string, string];

/** A copy of this workspace that claims can be added to, with the packages that it imports. */
function scratchCopy(root: string): string {
  const copy = join(root, 'reproductions');
  mkdirSync(copy);
  for (const name of ['src', 'accepted', 'package.json', 'tsconfig.json'])
    cpSync(join(workspace, name), join(copy, name), { recursive: true });
  symlinkSync(join(workspace, 'node_modules'), join(copy, 'node_modules'));
  for (const name of ['packages', 'node_modules', 'pnpm-lock.yaml', 'tsconfig.base.json'])
    symlinkSync(join(repository, name), join(root, name));
  return copy;
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('claims that are added to a copy of this workspace', () => {
  let copy: string;
  let out: string;
  let run: Awaited<ReturnType<typeof reproduce>>;
  beforeAll(async () => {
    const root = await folderOfFile();
    copy = scratchCopy(root);
    out = join(root, 'out');
    const add = (id: string, text: string) => {
      const file = join(copy, `src/papers/${id.replace('/', '/claims/')}.ts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    };
    add(example, code);
    for (const id of ['c97-throws', 'c98-stuck']) {
      const text = readFileSync(join(import.meta.dirname, `added-claims/${id}.ts`), 'utf8');
      add(`geva-2021/${id}`, text.replaceAll("'../../src/", "'../../../"));
    }
    add('geva-2021/c99-broken', 'export default claim(');
    const only = [example, 'geva-2021/c97-throws', 'geva-2021/c98-stuck'].flatMap((id) => ['--only', id]);
    run = await reproduce([...only, '--subject', 'mini-bert', '--sample', '50', '--out', out], { root });
  }, 120_000);
  const report = () => JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));

  it('come up in the report: the example of CONTRIBUTING does', () => {
    expect(report().claims, run.stderr).toHaveLength(1);
    const [{ result }] = report().claims;
    expect(result).toMatchObject({ id: example, subject: 'mini-bert', scale: 'mini' });
    expect(result.verdict).not.toBe('not run');
    expect(result.headline.value).toBeGreaterThan(0);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Attention narrows with depth');
    expect(run.stdout).toContain(result.sentence.slice(0, 40));
  });

  it('are told apart where one throws: file, line, and what it was doing', () => {
    const text = readFileSync(join(copy, 'src/papers/geva-2021/claims/c97-throws.ts'), 'utf8');
    const line = text.split('\n').findIndex((each) => each.includes('no such table')) + 1;
    expect(run.stderr).toContain(
      `error: exact/geva-2021/c97-throws gave no result: no such table (while making tables (trained)) at reproductions/src/papers/geva-2021/claims/c97-throws.ts:${line}\n`,
    );
  });

  it('are told apart where a file of one is broken, before the others are measured', () => {
    const [broken] = /^error: src\/papers\/geva-2021\/claims\/c99-broken\.ts: ./m.exec(run.stderr) ?? [''];
    expect(run.stderr.indexOf(broken)).toBeLessThan(run.stderr.indexOf('measuring'));
    expect(run.stderr.split(broken), run.stderr).toHaveLength(2);
    expect(run.code).toBe(1);
  });

  it('that run out of time in a native call do not hold the run up, and leave nothing behind', async () => {
    expect(run.stderr).toContain('error: exact/geva-2021/c98-stuck gave no result: Test timed out in 2500ms');
    const pid = Number(readFileSync(join(out, 'work/exact/trained-stuck'), 'utf8'));
    // Killed it is at once; the system takes a moment to forget it.
    await expect.poll(() => isThere(pid), { timeout: 10_000 }).toBe(false);
  });

  // Types take longer than all the rest; the code itself ran above.
  it.runIf(process.env.INTERLAYER_FULL === '1')(
    'have the types that the example of CONTRIBUTING uses',
    () => {
      rmSync(join(copy, 'src/papers/geva-2021/claims/c99-broken.ts'));
      const tsc = join(workspace, 'node_modules/typescript/bin/tsc');
      execFileSync(process.execPath, [tsc, '--noEmit', '-p', '.'], { cwd: copy, stdio: 'inherit' });
    },
    180_000,
  );
});
