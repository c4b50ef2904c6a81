import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { miniBertCard, miniBertCardNames, miniBertFolder } from '@interlayer/mini-bert';
import { miniGptCard, miniGptFolder } from '@interlayer/mini-gpt';
import { expect, it } from 'vitest';
import { causalReadme } from '../src/causal-readme';
import { maskedReadme } from '../src/masked-readme';
import { miniBertReadme } from '../src/mini-bert-readme';
import { miniBertCards } from '../src/package-folder';

const readme = (folder: string) => readFileSync(join(folder, 'README.md'), 'utf8');

it('the README of mini-gpt is what its card says', () => {
  expect(readme(miniGptFolder())).toBe(causalReadme(miniGptCard()));
});

it('the READMEs of mini-bert and of its models are what their cards say', () => {
  const cards = miniBertCards();
  expect([...cards.keys()]).toEqual([...miniBertCardNames]);
  for (const name of miniBertCardNames) {
    expect(cards.get(name)).toEqual(miniBertCard(name));
    expect(readme(join(miniBertFolder(), '..', name))).toBe(maskedReadme(cards.get(name)!));
  }
  expect(readme(join(miniBertFolder(), '../..'))).toBe(miniBertReadme(cards));
});
