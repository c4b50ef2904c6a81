import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { forgetHelp, outputFolder, workFile } from '../../src/run/output-folder';
import { UsageError } from '../../src/run/usage-error';

const pairs = [{ key: 'mini-gpt/geva-2021/c1-x', subjectId: 'mini-gpt' }];

describe('the output folder', () => {
  it('is made, relative to where the user is, with room for what the run writes', async () => {
    const here = await temporaryFolder();
    expect(outputFolder('new/out', here, pairs)).toBe(join(here, 'new/out'));
    expect(readdirSync(join(here, 'new/out'), { recursive: true }).sort()).toEqual([
      'results',
      'results/mini-gpt',
      'results/mini-gpt/geva-2021',
      'work',
      'work/mini-gpt',
    ]);
    expect(outputFolder(join(here, 'new/out'), '/elsewhere', pairs)).toBe(join(here, 'new/out'));
  });

  it('loses what killed runs have left half written, and nothing else', async () => {
    const out = await temporaryFolder();
    outputFolder(out, '/', pairs);
    const results = join(out, 'results/mini-gpt/geva-2021');
    // No process has this id: it is beyond what systems give.
    for (const name of ['c1-x.json.4194305-0123abcd.tmp', `c2-x.json.${process.pid}-0123abcd.tmp`, 'c2-x.json'])
      writeFileSync(join(results, name), '{');
    outputFolder(out, '/', pairs);
    expect(readdirSync(results).sort()).toEqual(['c2-x.json', `c2-x.json.${process.pid}-0123abcd.tmp`]);
  });

  it('loses what helped an earlier run, where that is not resumed', async () => {
    const out = await temporaryFolder();
    outputFolder(out, '/', pairs);
    const [made, helped] = [false, true].map((helps) => workFile(out, 'mini-gpt', 'trained-x.json', helps));
    for (const name of [made!, helped!]) writeFileSync(name, '{}');
    forgetHelp(out, pairs);
    expect([made!, helped!].map((name) => existsSync(name))).toEqual([true, false]);
  });

  const file = (path: string) => (here: string) => {
    mkdirSync(join(here, 'out', path, '..'), { recursive: true });
    writeFileSync(join(here, 'out', path), '');
  };
  const folder = (path: string) => (here: string) => mkdirSync(join(here, 'out', path), { recursive: true });

  it.each([
    ['is a file', (here: string) => writeFileSync(join(here, 'out'), '')],
    ['has a file where the work goes', file('work')],
    ["has a file where a subject's work goes", file('work/mini-gpt')],
    ["has a file where a paper's results go", file('results/mini-gpt/geva-2021')],
    ['has a folder where a result goes', folder('results/mini-gpt/geva-2021/c1-x.json')],
    ['has a folder where a report goes', folder('report.md')],
    ['has a folder where the progress goes', folder('work/progress.jsonl')],
  ])('that %s is refused with what to do', async (_, spoil) => {
    const here = await temporaryFolder();
    spoil(here);
    const take = () => outputFolder('out', here, pairs);
    expect(take).toThrow(UsageError);
    expect(take).toThrow(/^--out out: .*\/out cannot be written \(.+\); give another folder\.$/);
  });

  // The rights of files do not bind root.
  it.skipIf(process.getuid?.() === 0)('that may not be written is refused with what to do', async () => {
    const here = await temporaryFolder();
    mkdirSync(join(here, 'out'));
    chmodSync(join(here, 'out'), 0o555);
    expect(() => outputFolder('out', here, pairs)).toThrow(
      /^--out out: .*\/out cannot be written \(EACCES.+\); give another folder\.$/,
    );
    expect(existsSync(join(here, 'out/results'))).toBe(false);
  });
});
