import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromPretrained } from '@interlayer/gpt-model';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { openRuntime, type Runtime } from '@interlayer/runtime';
import { seededRandom } from '@interlayer/test-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Corpus } from '../../src/train/corpus';
import { heldOutLosses, meanLoss } from '../../src/train/held-out';
import type { CausalRecipe } from '../../src/train/recipe';
import { recipes } from '../../src/train/recipes';
import { trainRecipe } from '../../src/train/train-recipe';

const recipe: CausalRecipe = {
  ...recipes['mini-gpt'],
  model: { ...recipes['mini-gpt'].model, vocab_size: 32, n_positions: 8, n_embd: 16, n_layer: 2, n_head: 2 },
  length: 8,
  batch: 4,
  steps: 40,
  optimizer: { ...recipes['mini-gpt'].optimizer, peak: 0.02, warmUp: 5 },
  checkpointEvery: 10,
  evaluateEvery: 10,
};

const random = seededRandom(2);
/** Each token follows from the one before, seven times of ten. */
function text(length: number): Int32Array {
  const tokens = new Int32Array(length);
  for (let i = 1; i < length; i++)
    tokens[i] = random() < 0.7 ? (5 * tokens[i - 1] + 3) % 32 : Math.floor(random() * 32);
  return tokens;
}
const corpus: Corpus = {
  name: 'made up',
  sha256: '0'.repeat(64),
  train: text(1000),
  valid: [{ id: 'v', tokens: text(100) }],
  test: [
    { id: 'a', tokens: text(100) },
    { id: 'b', tokens: text(60) },
  ],
};

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'interlayer-recipe-'));
  runtime = await openRuntime({ backend: 'onnx-cpu', threads: 1, log: () => {} });
});
afterAll(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true });
});

const run = (name: string, signal?: AbortSignal, onProgress: (text: string) => void = () => {}) =>
  trainRecipe(recipe, {
    runtime,
    corpus,
    tokenizer: join(miniGptFolder, 'tokenizer.json'),
    out: join(folder, name),
    checkpoints: join(folder, `${name}-checkpoints`),
    resume: true,
    signal,
    stream: { write: onProgress },
  });

it('writes a whole package of data, whose card tells of the shipped file', async () => {
  await run('whole');
  const out = join(folder, 'whole');
  expect(readdirSync(out).sort()).toEqual([
    'README.md',
    'card.json',
    'config.json',
    'curve.svg',
    'log.jsonl',
    'model.safetensors',
    'tokenizer.json',
  ]);
  const card = JSON.parse(readFileSync(join(out, 'card.json'), 'utf8'));
  const { model } = await fromPretrained(out);
  const losses = await heldOutLosses(runtime.executor, model, corpus.test, 8);
  expect(card.heldOut).toEqual({
    split: 'test',
    addresses: 2,
    tokens: 96 + 56,
    loss: meanLoss(losses),
    byAddress: losses,
  });
  expect(card.parameters).toBe(Object.values(model.weights).reduce((sum, { size }) => sum + size, 0));
  // It learned something: less than what any context-free prediction could have.
  expect(card.heldOut.loss).toBeLessThan(card.baselines.unigramEntropy);
  expect(card.recipe).toEqual(recipe);
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain(`**${card.heldOut.loss.toFixed(3)}**`);
  expect(readFileSync(join(out, 'curve.svg'), 'utf8')).toContain('<svg');
  model.dispose();
});

it('interrupted and resumed, ships the same bytes; nothing is written before the end', async () => {
  const controller = new AbortController();
  // The first line of progress comes after the first step.
  const stopped = await run('halves', controller.signal, (text) => text.includes('step 1/') && controller.abort());
  expect(stopped).toMatchObject({ finished: false, step: 1 });
  expect(existsSync(join(folder, 'halves'))).toBe(false);
  await run('halves');
  for (const file of ['model.safetensors', 'log.jsonl', 'config.json', 'curve.svg'])
    expect(readFileSync(join(folder, 'halves', file)).equals(readFileSync(join(folder, 'whole', file))), file).toBe(
      true,
    );
});
