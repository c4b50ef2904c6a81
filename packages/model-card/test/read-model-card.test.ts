import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz, mutateJsonText } from '@interlayer/test-kit';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isMasked, readModelCard } from '../src/index';
import { causalCard, maskedCard } from './example-cards';

const folder = mkdtempSync(join(tmpdir(), 'model-card-'));
const path = join(folder, 'card.json');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

const write = (card: unknown) => writeFileSync(path, JSON.stringify(card));
/** A copy of the causal card, changed. */
function changed(change: (card: typeof causalCard) => void) {
  const card = structuredClone(causalCard);
  change(card);
  return card;
}

it('reads what was written', () => {
  write(causalCard);
  expect(readModelCard(folder)).toEqual(causalCard);
  expect(readModelCard(folder, 'causal')).toEqual(causalCard);
  expect(isMasked(readModelCard(folder))).toBe(false);
  write(maskedCard);
  expect(readModelCard(folder)).toEqual(maskedCard);
  expect(readModelCard(folder, 'masked').heldOut.top1).toBe(0.4);
});

it('refuses the card of the other kind of model', () => {
  write(maskedCard);
  expect(() => readModelCard(folder, 'causal')).toThrow(
    `${path} is the card of a masked language model; expected that of a causal one.`,
  );
});

it('names what is missing, unknown or of the wrong kind', () => {
  const { bars: _, corpus: __, ...rest } = causalCard;
  write(rest);
  expect(() => readModelCard(folder)).toThrow(`${path} is not a model card: bars: `);
  expect(() => readModelCard(folder)).toThrow(', and 1 more. `pnpm train <name>` writes one.');
  write({ ...causalCard, moods: 1 });
  expect(() => readModelCard(folder)).toThrow('the card: Unrecognized key: "moods"');
});

describe('refuses a card of which', () => {
  it.each<[string, string, (card: typeof causalCard) => void]>([
    ['a share is above 1', 'recipe.optimizer.beta1', (card) => void (card.recipe.optimizer.beta1 = 1.5)],
    ['a count is a fraction', 'parameters', (card) => void (card.parameters = 1.5)],
    ['an interval is upside down', 'heldOut.lossInterval', (card) => void (card.heldOut.lossInterval = [3, 2])],
    ['a bar is called met and is not', 'bars.0', (card) => void (card.bars[0]!.value = 0.2)],
    ['the recipe has another name', 'name', (card) => void (card.name = 'other')],
    ['a document is left out', 'heldOut.addresses', (card) => void card.heldOut.byAddress.pop()],
    ['a document has other tokens', 'heldOut.tokens', (card) => void (card.heldOut.byAddress[0]!.tokens = 5)],
    ['training read other tokens', 'training.tokens', (card) => void (card.recipe.steps = 11)],
    ['the hash is none', 'corpus.sha256', (card) => void (card.corpus.sha256 = 'abc')],
  ])('%s', (_, place, change) => {
    write(changed(change));
    expect(() => readModelCard(folder)).toThrow(`${path} is not a model card: ${place}: `);
  });

  it('a list of layers has another length than the model has layers', () => {
    write({
      ...maskedCard,
      recipe: { ...maskedCard.recipe, model: { ...maskedCard.recipe.model, feed_forward: [true] } },
    });
    expect(() => readModelCard(folder)).toThrow('recipe.model: a list of layers has another length');
  });
});

it.each([
  ['{"name": "ti', 'is not JSON'],
  ['[1]', 'recipe.objective must be "causal" or "masked"'],
  ['null', 'recipe.objective must be "causal" or "masked"'],
])('refuses %s', (text, message) => {
  writeFileSync(path, text);
  expect(() => readModelCard(folder)).toThrow(message);
});

it('says where it looked', () => {
  expect(() => readModelCard(folder)).toThrow(`There is no model card at ${path}.`);
});

/** A key that would set the prototype of whoever copies it is read by nobody. */
function withoutPrototypes(this: object, key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

it('survives damaged cards, and reads nothing into those that it takes', async () => {
  const figures = await fuzz(
    'model cards (model-card)',
    (text: string) => {
      writeFileSync(path, text);
      return readModelCard(folder);
    },
    (seed) => mutateJsonText(seed, seed % 2 ? causalCard : maskedCard),
    { check: (card, text) => expect(card).toEqual(JSON.parse(text, withoutPrototypes)) },
  );
  // A damaged note, such as a description, cannot be told from a right one; most of a card is numbers that agree.
  expect(figures.accepted).toBeLessThan(figures.inputs / 4);
});
