import { readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createGpt } from '@interlayer/gpt-model';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { temporaryFolder, useBackend } from '@interlayer/test-kit';
import { beforeAll, expect, it } from 'vitest';
import { startOf } from '../../src/subjects/start';
import { openSpecimen } from '../../src/subjects/subject';
import { subjectIn } from './tiny-checkpoint';

beforeAll(() => useBackend('cpu'));

const open = (folder: string) => openSpecimen({ ...subjectIn(folder), variants: { base: folder } });

it('the untrained twin of a model with a card is step 0 of its own training, whatever the seed of the run', async () => {
  const folder = miniGptFolder();
  const { recipe } = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));
  const specimen = await open(folder);
  const first = createGpt(recipe.model, { seed: recipe.seed, ...recipe.initial });
  const twin = specimen.initial(77);
  for (const [name, weight] of Object.entries(first.weights))
    expect(twin.weights[name]!.dataSync(), name).toEqual(weight.dataSync());
  expect(specimen.start).toBe('the start is that of its own training: seed 1, std 0.05');
  for (const model of [first, twin, specimen]) model.dispose();
});

it('without a card the start is the default of the config, and that is said', async () => {
  const folder = await temporaryFolder();
  for (const file of ['config.json', 'model.safetensors', 'tokenizer.json'])
    await cp(join(miniGptFolder(), file), join(folder, file));
  const specimen = await open(folder);
  expect(specimen.start).toBe(
    'how its training started is unknown, so the start is the default of its config: std 0.02',
  );
  const [one, two] = [1, 2].map((seed) => specimen.initial(seed));
  const values = (model: typeof specimen) => Object.values(model.weights)[0]!.dataSync();
  expect(values(one!)).not.toEqual(values(two!));
  for (const model of [one!, two!, specimen]) model.dispose();
});

it('a card of another kind of model is refused', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'card.json'), readFileSync(join(miniGptFolder(), 'card.json')));
  expect(() => startOf(folder, 'masked')).toThrow(/tells of a causal model, and its weights are of a masked one/);
});
