import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { isMasked, readModelCard } from '../src/index';

const folder = mkdtempSync(join(tmpdir(), 'model-card-'));
const path = join(folder, 'card.json');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

const card = {
  name: 'tiny',
  description: 'A model of one layer',
  parameters: 12,
  heldOut: { split: 'test', addresses: 1, tokens: 4, loss: 2.5, lossInterval: [2, 3], byAddress: [] },
  baselines: { unigramEntropy: 3, unigram: 3.1, bigram: 2.8, trigram: 2.7 },
  bars: [],
  leftPlateauBy: null,
  snapshots: [],
  recipe: { objective: 'causal' },
  training: {},
  corpus: {},
};

it('reads what was written', () => {
  writeFileSync(path, JSON.stringify(card));
  expect(readModelCard(folder)).toEqual(card);
  expect(isMasked(readModelCard(folder))).toBe(false);
});

it('names the parts that are missing', () => {
  const { bars: _, recipe: __, ...rest } = card;
  writeFileSync(path, JSON.stringify(rest));
  expect(() => readModelCard(folder)).toThrow(`${path} is not a model card: bars, recipe missing.`);
});

it.each([
  ['{"name": "ti', 'is not JSON'],
  ['[1]', 'expected a JSON object'],
  ['null', 'expected a JSON object'],
])('refuses %s', (text, message) => {
  writeFileSync(path, text);
  expect(() => readModelCard(folder)).toThrow(message);
});

it('says where it looked', () => {
  expect(() => readModelCard(folder)).toThrow(`There is no model card at ${path}.`);
});
