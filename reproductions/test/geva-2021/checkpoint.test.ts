import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBert, savePretrained as saveBert } from '@interlayer/bert-model';
import { createGpt, savePretrained as saveGpt } from '@interlayer/gpt-model';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../../src/harness/provenance';

const environment = Object.fromEntries(
  Object.entries({ ...process.env, NO_COLOR: '1' }).filter(
    ([name]) => !/^(VITEST|TEST$|INIT_CWD|NODE_ENV|DEV$|PROD$|MODE$)/.test(name),
  ),
);

/** Saves a small random model with the shipped tokenizer, as a checkpoint of that family lies in a folder. */
async function checkpoint(family: 'gpt2' | 'bert'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `${family}-`));
  const seed = { seed: 1, std: 0.2 };
  if (family === 'gpt2') {
    const shape = { n_positions: 64, n_embd: 16, n_layer: 2, n_head: 2, n_inner: 60 };
    const model = createGpt({ vocab_size: 4096, ...shape }, seed);
    await saveGpt(model, folder);
    model.dispose();
  } else {
    const shape = { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 60 };
    const model = createBert({ vocab_size: 4096, max_position_embeddings: 64, ...shape }, { ...seed, heads: ['mlm'] });
    await saveBert(model, folder);
    model.dispose();
  }
  cpSync(join(miniGptFolder, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  return folder;
}

describe.each(['gpt2', 'bert'] as const)('the claims of Geva 2021 on a checkpoint of the family %s', (family) => {
  beforeAll(() => useBackend('cpu'));

  it('are all measured, by its own readout and the bare one, and a random model reproduces no claim about learning', async () => {
    const folder = await checkpoint(family);
    const out = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    const args = ['--paper', 'geva-2021', '--model', folder, '--out', out, '--sample', '150', '--backend', 'onnx-cpu'];
    const { stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@interlayer/source', join(repository, 'reproductions/src/cli.ts'), ...args],
      { cwd: repository, env: environment, encoding: 'utf8' },
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
