import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../../src/harness/provenance';
import { runnerFree } from '../harness/runner-free';
import { tinyCheckpoint } from './tiny-checkpoint';

describe.each(['gpt2', 'bert'] as const)('the claims of Geva 2021 on a checkpoint of the family %s', (family) => {
  beforeAll(() => useBackend('cpu'));

  it('are all measured, by its own readout and the bare one, and a random model reproduces no claim about learning', async () => {
    const folder = await tinyCheckpoint(family);
    const out = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    const args = ['--paper', 'geva-2021', '--model', folder, '--out', out, '--sample', '150', '--backend', 'onnx-cpu'];
    const { stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@interlayer/source', join(repository, 'reproductions/src/cli.ts'), ...args],
      { cwd: repository, env: runnerFree, encoding: 'utf8' },
    );
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(report.claims, stderr).toHaveLength(14);
    expect(report.provenance.model).toBe(folder);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain(`on the model <b>${folder}</b>`);
    const verdicts: Record<string, string> = {};
    for (const { claim, result } of report.claims) {
      verdicts[claim.id] = result.verdict;
      expect(result.verdict, claim.id).not.toBe('not run');
      if (result.scale === 'exact') continue;
      expect(result.label).toContain('checkpoint');
      const masked = result.deviations.some((text: string) => text.startsWith('A masked model'));
      expect(masked, claim.id).toBe(family === 'bert');
    }
    for (const id of ['c4-values-predict', 'c5-next-token-rank', 'c10-residual-holds-answer'])
      expect(verdicts[`geva-2021/${id}`], id).not.toBe('reproduced');
    const tables = (id: string) =>
      report.claims.find(({ claim }: { claim: { id: string } }) => claim.id === `geva-2021/${id}`).result.tables;
    expect(tables('c10-residual-holds-answer')[0].title).toContain('bare readout');
    expect(tables('c4-values-predict')[0].title).toContain(family === 'gpt2' ? 'ln_f' : 'MLM head');
    for (const path of [folder, out]) rmSync(path, { recursive: true });
  }, 300_000);
});
