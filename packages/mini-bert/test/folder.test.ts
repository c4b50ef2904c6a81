import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type MiniBertName, miniBertCard, miniBertCardNames, miniBertFolder } from '../src/index';

it('there is a folder for each name, and a name for each folder', () => {
  expect(readdirSync(join(miniBertFolder(), '..')).toSorted()).toEqual([...miniBertCardNames].toSorted());
});

it('each folder has the card of its model', () => {
  for (const name of miniBertCardNames)
    expect(miniBertCard(name).name).toBe(name === 'base' ? 'mini-bert' : `mini-bert-${name}`);
});

it('names what there is when asked for what there is not', () => {
  expect(() => miniBertFolder('large' as MiniBertName)).toThrow('There is no mini-bert "large". The names are: base');
});
