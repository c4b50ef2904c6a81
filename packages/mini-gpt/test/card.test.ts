import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type GptInputs, type GptModel, loadGpt, parameterCount } from '@interlayer/gpt-model';
import { openSafetensors } from '@interlayer/safetensors';
import { createExecutor, hostTensor } from '@interlayer/tensor-compile';
import { tolerance, useBackend } from '@interlayer/test-kit';
import { splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { miniGptCard, miniGptFolder } from '../src/index';

// INTERLAYER_FULL=1 measures every held-out address; by default a few short ones are measured.
const full = process.env.INTERLAYER_FULL === '1';
const SHORT = 3;

const card = miniGptCard();
let model: GptModel;
let tokenizer: Tokenizer;
beforeAll(async () => {
  await useBackend('cpu');
  const loaded = await loadGpt(miniGptFolder());
  model = loaded.model;
  tokenizer = loaded.tokenizer!;
});
afterAll(() => model.dispose());

/** Sum of −log softmax(logits)[label] over rows, in float64. */
function negativeLogLikelihood(logits: Float32Array, labels: Int32Array): number {
  const width = logits.length / labels.length;
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    let total = 0;
    for (let i = row * width; i < (row + 1) * width; i++) total += Math.exp(logits[i]);
    sum += Math.log(total) - logits[row * width + labels[row]];
  }
  return sum;
}

describe('the shipped model', () => {
  it('has the loss of its card on held-out addresses', { timeout: 300_000 }, async () => {
    const { length } = card.recipe;
    const { test } = splitByAddress(await stateOfTheUnion());
    const { byAddress } = card.heldOut;
    expect(test.map(({ id }) => id)).toEqual(byAddress.map(({ id }) => id));
    const executor = await createExecutor({ provider: 'cpu' });
    const logitsOf = executor.compile((inputs: GptInputs) => model.run(inputs).logits!);
    const measured = full ? byAddress : byAddress.toSorted((a, b) => a.tokens - b.tokens).slice(0, SHORT);
    for (const { id, tokens: predicted, loss } of measured) {
      const { ids } = tokenizer.encode(test.find((address) => address.id === id)!.text);
      const tokens = Int32Array.from([tokenizer.special.cls!, ...ids, tokenizer.special.sep!]);
      const rows = Math.floor((tokens.length - 1) / length);
      let sum = 0;
      for (let row = 0; row < rows; row++) {
        const start = row * length;
        const { data } = await logitsOf({ ids: hostTensor(tokens.slice(start, start + length), [1, length]) });
        sum += negativeLogLikelihood(data as Float32Array, tokens.slice(start + 1, start + length + 1));
      }
      expect(rows * length, id).toBe(predicted);
      expect(Math.abs(sum / predicted - loss), id).toBeLessThan(tolerance.card);
    }
    await executor.dispose();
  });

  it('has a card that sums up its addresses', () => {
    const { byAddress, tokens, loss, lossInterval } = card.heldOut;
    expect(byAddress.reduce((sum, one) => sum + one.tokens, 0)).toBe(tokens);
    expect(byAddress.reduce((sum, one) => sum + one.tokens * one.loss, 0) / tokens).toBeCloseTo(loss, 12);
    expect(lossInterval[0]).toBeLessThan(loss);
    expect(lossInterval[1]).toBeGreaterThan(loss);
  });

  it('predicts held-out text at least one nat better than any context-free model could', () => {
    const { unigramEntropy, unigram, bigram, trigram } = card.baselines;
    expect(card.heldOut.loss).toBeLessThan(unigramEntropy - 1);
    expect([unigram, bigram, trigram]).toEqual([unigram, bigram, trigram].toSorted((a, b) => b - a));
  });

  it('is the configuration of its recipe, in half precision', async () => {
    expect(model.config).toMatchObject(card.recipe.model);
    // biome-ignore lint/suspicious/noExplicitAny: the card holds what was given to createGpt
    expect(parameterCount(card.recipe.model as any).total).toBe(card.parameters);
    const file = await openSafetensors(join(miniGptFolder(), 'model.safetensors'));
    expect(new Set([...file.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(['F16']));
    await file.close();
    expect(statSync(join(miniGptFolder(), 'model.safetensors')).size).toBeLessThan(2.1 * card.parameters);
  });

  it('was trained on the text that text-data gives, in its own vocabulary', async () => {
    const addresses = await stateOfTheUnion();
    const hash = createHash('sha256');
    for (const { id, text } of addresses) hash.update(`${id}\n${text}\n`);
    expect(hash.digest('hex')).toBe(card.corpus.sha256);
    expect(tokenizer.vocabularySize).toBe(model.config.vocab_size);
    const { ids } = tokenizer.encode(addresses[0].text);
    expect(Math.max(...ids)).toBeLessThan(model.config.vocab_size);
    expect(ids.filter((id) => id === tokenizer.special.unk)).toEqual([]);
  });

  it('has a tokenizer that adds no special tokens', () => {
    expect(tokenizer.encode('in the constitution of the united').tokens).toEqual(
      'in the constitution of the united'.split(' '),
    );
  });

  it('has the weights of the steps that its card lists', async () => {
    for (const { step } of card.snapshots.slice(1)) {
      const early = await loadGpt(join(miniGptFolder(), 'steps', String(step)));
      expect(early.model.config).toEqual(model.config);
      early.model.dispose();
    }
  });

  it('has a log that ends at its last step', () => {
    const lines = readFileSync(join(miniGptFolder(), 'log.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ step: card.recipe.steps, valid: expect.any(Number) });
    for (const { loss } of lines) if (loss !== undefined) expect(loss).toBeLessThan(9);
  });
});
