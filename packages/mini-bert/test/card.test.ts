import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BertInputs, loadBert, parameterCount } from '@interlayer/bert-model';
import { openSafetensors } from '@interlayer/safetensors';
import { createExecutor, type Executor, type HostTensor, hostTensor } from '@interlayer/tensor-compile';
import { tolerance, useBackend } from '@interlayer/test-kit';
import { maskTokens, seedFrom, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { miniBertCard, miniBertCardNames, miniBertFolder, miniBertNames } from '../src/index';

// INTERLAYER_FULL=1 measures every model on every held-out address; by default each is measured on the two shortest.
const full = process.env.INTERLAYER_FULL === '1';
const SHORT = 2;

let executor: Executor;
let addresses: { id: string; text: string }[];
beforeAll(async () => {
  await useBackend('cpu');
  executor = await createExecutor({ provider: 'cpu' });
  addresses = splitByAddress(await stateOfTheUnion()).test;
});
afterAll(() => executor.dispose());

/** −log softmax(logits)[label] in float64, and whether the label has the largest logit. */
function judge(logits: Float32Array, label: number): { loss: number; right: boolean } {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return { loss: Math.log(total) + largest - logits[label], right: logits.indexOf(largest) === label };
}

/** Loss and accuracy on an address: rows `[CLS] … [SEP]`, 15 % of each masked by a seed of the address and the row. */
async function measure(
  run: (inputs: { ids: HostTensor }) => Promise<HostTensor>,
  { id, text }: { id: string; text: string },
  length: number,
  tokenizer: Tokenizer,
) {
  const { ids: tokens } = tokenizer.encode(text, { addSpecialTokens: false });
  const { cls, sep } = tokenizer.special;
  let [sum, right, count] = [0, 0, 0];
  for (let row = 0; (row + 1) * (length - 2) <= tokens.length; row++) {
    const ids = Int32Array.from([cls!, ...tokens.slice(row * (length - 2), (row + 1) * (length - 2)), sep!]);
    const masked = maskTokens({ ids }, tokenizer, { seed: seedFrom('held-out masks', id, row) });
    const { data } = await run({ ids: hostTensor(masked.inputIds, [1, length]) });
    const width = data.length / length;
    for (let slot = 0; slot < masked.count; slot++) {
      const at = masked.positions[slot] * width;
      const one = judge((data as Float32Array).subarray(at, at + width), masked.labels[slot]);
      sum += one.loss;
      right += one.right ? 1 : 0;
      count++;
    }
  }
  return { tokens: count, loss: sum / count, top1: right / count };
}

describe.each(miniBertNames)('%s', (name) => {
  const card = miniBertCard(name);
  const folder = miniBertFolder(name);

  it('has the losses of its card on held-out addresses', { timeout: 600_000 }, async () => {
    const { model, tokenizer } = await loadBert(folder);
    const run = executor.compile((inputs: BertInputs) => model.run(inputs).mlmLogits!);
    expect(addresses.map(({ id }) => id)).toEqual(card.heldOut.byAddress.map(({ id }) => id));
    const measured = full
      ? card.heldOut.byAddress
      : card.heldOut.byAddress.toSorted((a, b) => a.tokens - b.tokens).slice(0, SHORT);
    for (const { id, tokens, loss, top1 } of measured) {
      const address = addresses.find((one) => one.id === id)!;
      const again = await measure(run, address, card.recipe.length, tokenizer!);
      expect(again.tokens, id).toBe(tokens);
      expect(Math.abs(again.loss - loss), id).toBeLessThan(tolerance.card);
      // A tie between two logits, or nearly one, may go the other way on another engine.
      expect(Math.abs(again.top1 - top1) * tokens, id).toBeLessThan(2);
    }
    await run.dispose();
    model.dispose();
  });

  it('is the configuration of its recipe, in half precision', async () => {
    const { model, tokenizer } = await loadBert(folder);
    expect(model.config).toMatchObject(card.recipe.model);
    expect(parameterCount(card.recipe.model, { heads: ['mlm'] }).total).toBe(card.parameters);
    expect(tokenizer!.vocabularySize).toBe(model.config.vocab_size);
    model.dispose();
    const file = await openSafetensors(join(folder, 'model.safetensors'));
    expect(new Set([...file.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(['F16']));
    await file.close();
  });

  it('has the weights of the steps that its card lists', async () => {
    for (const { step } of card.snapshots.slice(1)) {
      const { model } = await loadBert(join(folder, 'steps', String(step)));
      expect(model.config).toMatchObject(card.recipe.model);
      model.dispose();
    }
  });
});

describe.each(miniBertCardNames)('the card of %s', (name) => {
  const card = miniBertCard(name);

  it('sums up its addresses', () => {
    const { byAddress, tokens, loss, top1, lossInterval, top1Interval } = card.heldOut;
    const mean = (value: (one: (typeof byAddress)[number]) => number) =>
      byAddress.reduce((sum, one) => sum + one.tokens * value(one), 0) / tokens;
    expect(byAddress.reduce((sum, one) => sum + one.tokens, 0)).toBe(tokens);
    expect(mean((one) => one.loss)).toBeCloseTo(loss, 12);
    expect(mean((one) => one.top1)).toBeCloseTo(top1, 12);
    for (const [value, [low, high]] of [
      [loss, lossInterval],
      [top1, top1Interval],
    ] as const) {
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
    for (const { value, atLeast, met } of card.bars) expect(met).toBe(value >= atLeast);
  });

  it('has a log that ends at its last step', () => {
    const lines = readFileSync(join(miniBertFolder(), '..', name, 'log.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ step: card.recipe.steps, valid: expect.any(Number), top1: expect.any(Number) });
  });
});

it('was trained on the text that text-data gives', async () => {
  const hash = createHash('sha256');
  for (const { id, text } of await stateOfTheUnion()) hash.update(`${id}\n${text}\n`);
  const digest = hash.digest('hex');
  for (const name of miniBertCardNames) expect(miniBertCard(name).corpus.sha256).toBe(digest);
});

it('the variants share the recipe of the base but for what makes them one', () => {
  const { name: _, description, model, seed, snapshots, ...shared } = miniBertCard().recipe;
  for (const variant of miniBertCardNames) expect(miniBertCard(variant).recipe).toMatchObject(shared);
});

it('all models that ship, those of mini-gpt too, stay below 40 MB together', () => {
  const size = (folder: string): number =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/node_modules|dist|src|test/.test(entry.parentPath.slice(folder.length)))
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  const models = join(miniBertFolder(), '..');
  const miniGpt = join(models, '../../mini-gpt');
  expect(size(miniGpt)).toBeGreaterThan(3e6);
  expect(size(models) + size(miniGpt)).toBeLessThan(40e6);
});
