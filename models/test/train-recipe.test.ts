import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBert, loadBert } from '@interlayer/bert-model';
import { createGpt, loadGpt } from '@interlayer/gpt-model';
import { type ModelCard, readModelCard } from '@interlayer/model-card';
import type { Runtime } from '@interlayer/runtime';
import { expectConservesTensors, tolerance } from '@interlayer/test-kit';
import { loadTokenizer } from '@interlayer/tokenizer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causalHeldOut } from '../src/causal-held-out';
import { maskedHeldOut } from '../src/masked-held-out';
import type { CausalRecipe, MaskedRecipe } from '../src/recipe';
import { meanScore } from '../src/task';
import { checkpointsOf, openTinyRuntime, tinyCorpus, tinyRecipes, trainTiny } from './fixtures/tiny-recipe';

const script = fileURLToPath(new URL('./fixtures/tiny-recipe.ts', import.meta.url));
const root = resolve(fileURLToPath(import.meta.url), '../../..');

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'interlayer-recipe-'));
  runtime = await openTinyRuntime();
});
afterAll(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true });
});

const objectives = ['causal', 'masked'] as const;
type Objective = (typeof objectives)[number];
const folderOf = (objective: Objective) => join(folder, `${objective}-uninterrupted`);
const cardOf = (objective: Objective): ModelCard => readModelCard(folderOf(objective));

/** Losses of the model in a folder, or of the untrained one. */
async function losses(objective: Objective, saved?: string) {
  if (objective === 'causal') {
    const { model: config, initial, seed } = tinyRecipes.causal as CausalRecipe;
    const model = saved ? (await loadGpt(saved, { tokenizer: false })).model : createGpt(config, { seed, ...initial });
    const result = await causalHeldOut(runtime.executor, model, tinyCorpus.test, 8);
    model.dispose();
    return result;
  }
  const { model: config, initial, seed } = tinyRecipes.masked as MaskedRecipe;
  const model = saved
    ? (await loadBert(saved, { tokenizer: false })).model
    : createBert(config, { seed, heads: ['mlm'], ...initial });
  const tokenizer = await loadTokenizer(folderOf(objective));
  const result = await maskedHeldOut(runtime.executor, model, tinyCorpus.test, 12, tokenizer);
  model.dispose();
  return result;
}

describe.each(objectives)('a %s recipe', (objective) => {
  beforeAll(async () => {
    await expectConservesTensors(() => trainTiny(objective, folderOf(objective), runtime));
  });

  it('writes a complete data package, whose card describes the shipped files', async () => {
    expect(readdirSync(folderOf(objective), { recursive: true }).toSorted()).toEqual([
      'README.md',
      'card.json',
      'config.json',
      'curve.svg',
      'log.jsonl',
      'model.safetensors',
      'steps',
      'steps/20',
      'steps/20/config.json',
      'steps/20/model.safetensors',
      'tokenizer.json',
    ]);
    const card = cardOf(objective);
    const byAddress = await losses(objective, folderOf(objective));
    expect(card.heldOut).toMatchObject({
      split: 'test',
      addresses: 3,
      tokens: byAddress.reduce((sum, { tokens }) => sum + tokens, 0),
      ...meanScore(byAddress),
      byAddress,
    });
    const [low, high] = card.heldOut.lossInterval;
    expect(low).toBeLessThanOrEqual(card.heldOut.loss);
    expect(high).toBeGreaterThanOrEqual(card.heldOut.loss);
    expect('top1' in card.heldOut).toBe(objective === 'masked');
    expect(card.snapshots.map(({ step }) => step)).toEqual([0, 20]);
    for (const { step, loss } of card.snapshots) {
      const kept = await losses(objective, step === 0 ? undefined : join(folderOf(objective), 'steps', String(step)));
      expect(Math.abs(loss - meanScore(kept).loss)).toBeLessThan(tolerance.float64);
    }
    expect(card.recipe).toEqual(tinyRecipes[objective]);
    const readme = readFileSync(join(folderOf(objective), 'README.md'), 'utf8');
    expect(readme).toContain(`**${card.heldOut.loss.toFixed(3)} (`);
    expect(readFileSync(join(folderOf(objective), 'curve.svg'), 'utf8')).toContain('<svg');
  });

  it('learned something, and reports its bars and when it left the plateau', () => {
    const { heldOut, baselines, snapshots, bars, leftPlateauBy } = cardOf(objective);
    expect(heldOut.loss).toBeLessThan(snapshots[1].loss);
    expect(snapshots[1].loss).toBeLessThan(snapshots[0].loss);
    expect(bars[0]).toMatchObject({ value: baselines.unigramEntropy - heldOut.loss, met: false });
    // So short a masked run ends on the plateau.
    if (objective === 'masked') expect(leftPlateauBy).toBeNull();
    else {
      expect(heldOut.loss).toBeLessThan(baselines.unigramEntropy - 0.5);
      expect([50, 100, 150, 200]).toContain(leftPlateauBy);
    }
  });

  it('ships the card alone where the recipe says so, with the numbers of the weights that stay behind', async () => {
    const alone = join(folder, `${objective}-card`);
    // Resumes at the last step, as a change of what ships does not change the training.
    await trainTiny(objective, alone, runtime, {
      checkpoints: checkpointsOf(folderOf(objective)),
      changes: { ships: 'card' },
    });
    expect(readdirSync(alone).toSorted()).toEqual(['README.md', 'card.json', 'curve.svg', 'log.jsonl']);
    expect(readModelCard(alone)).toMatchObject({ heldOut: cardOf(objective).heldOut, recipe: { ships: 'card' } });
    expect(readFileSync(join(alone, 'README.md'), 'utf8')).toContain('The weights do not ship');
  });

  it('interrupted and resumed, ships the same bytes; nothing is written before the end', async () => {
    const controller = new AbortController();
    const halves = join(folder, `${objective}-halves`);
    // The first line of progress comes after the first step.
    const stream = { write: (text: string) => text.includes('step 1/') && controller.abort() };
    const stopped = await trainTiny(objective, halves, runtime, { signal: controller.signal, stream });
    expect(stopped).toMatchObject({ finished: false, step: 1 });
    expect(existsSync(halves)).toBe(false);
    await trainTiny(objective, halves, runtime);
    expectSameBytes(objective, halves);
  });

  it('killed by SIGKILL and resumed, ships the same bytes', { timeout: 300_000 }, async () => {
    const killed = join(folder, `${objective}-killed`);
    const signal = await new Promise((done, fail) => {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', '--conditions=@interlayer/source', script, objective, killed],
        { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      // Mid-run: the checkpoint of step 20 is there, that of the last step is not.
      const checkpoint = join(`${killed}-checkpoints`, 'step-00000020');
      const poll = setInterval(() => existsSync(checkpoint) && child.kill('SIGKILL'), 2);
      child.on('error', fail);
      child.on('close', (_, ended) => {
        clearInterval(poll);
        done(ended);
      });
    });
    expect(signal).toBe('SIGKILL');
    expect(existsSync(killed)).toBe(false);
    await trainTiny(objective, killed, runtime);
    expectSameBytes(objective, killed);
  });
});

function expectSameBytes(objective: Objective, folder: string) {
  for (const file of ['model.safetensors', 'steps/20/model.safetensors', 'log.jsonl', 'config.json', 'curve.svg'])
    expect(readFileSync(join(folder, file)).equals(readFileSync(join(folderOf(objective), file))), file).toBe(true);
}
