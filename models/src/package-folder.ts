import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { type MaskedCard, readModelCard } from '@interlayer/model-card';
import { miniBertReadme } from './mini-bert-readme';
import type { Recipe } from './recipe';
import { recipes } from './recipes';

const packages = resolve(fileURLToPath(import.meta.url), '../../../packages');

/** The name that @interlayer/mini-bert gives to a recipe's model. */
const inMiniBert = (name: string): string => (name === 'mini-bert' ? 'base' : name.replace(/^mini-bert-/, ''));

/** The folder of a recipe's model in packages/. */
export const packageFolder = ({ name, objective }: Recipe): string =>
  objective === 'causal' ? join(packages, name) : join(packages, 'mini-bert', 'models', inMiniBert(name));

/** The cards in @interlayer/mini-bert, by the names that it gives to its models. */
export const miniBertCards = (): Map<string, MaskedCard> =>
  new Map(
    Object.values(recipes)
      .map((recipe) => ({ recipe, folder: packageFolder(recipe) }))
      .filter(({ recipe, folder }) => recipe.objective === 'masked' && existsSync(join(folder, 'card.json')))
      .map(({ recipe, folder }) => [inMiniBert(recipe.name), readModelCard(folder, 'masked')]),
  );

/** Rewrites the README of @interlayer/mini-bert from its cards. */
export function writeMiniBertReadme(): void {
  const cards = miniBertCards();
  if (cards.has('base')) writeAtomicallySync(join(packages, 'mini-bert', 'README.md'), miniBertReadme(cards));
}
