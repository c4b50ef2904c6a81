import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { miniBertCard, miniBertFolder, miniBertNames } from '@interlayer/mini-bert';
import { miniGptFolder } from '@interlayer/mini-gpt';
import { miniBertReadme } from './mini-bert-readme';
import type { Recipe } from './recipe';

/** The model of @interlayer/mini-bert that a recipe makes. */
const miniBertNameOf = ({ name }: Recipe) =>
  miniBertNames.find((known) => name === (known === 'base' ? 'mini-bert' : `mini-bert-${known}`));

/** Where the data of a recipe's model ship. */
export function packageFolder(recipe: Recipe): string {
  if (recipe.objective === 'causal') return miniGptFolder;
  const name = miniBertNameOf(recipe);
  if (!name) throw new Error(`${recipe.name} has no folder in @interlayer/mini-bert; add it to miniBertNames`);
  return miniBertFolder(name);
}

/** Writes the README of @interlayer/mini-bert anew, from the cards that are there. */
export function writeMiniBertReadme(): void {
  const there = miniBertNames.filter((name) => existsSync(join(miniBertFolder(name), 'card.json')));
  if (!there.includes('base')) return;
  const path = join(miniBertFolder(), '../../README.md');
  const readme = miniBertReadme(new Map(there.map((name) => [name, miniBertCard(name)])));
  if (existsSync(path) && readFileSync(path, 'utf8') === readme) return;
  writeFileSync(`${path}.part`, readme);
  renameSync(`${path}.part`, path);
}
