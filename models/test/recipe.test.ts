import { expect, it } from 'vitest';
import { changed } from '../src/recipe';
import { recipes } from '../src/recipes';

it('changes steps and seed, and drops the snapshots that a shorter run never reaches', () => {
  const recipe = recipes['mini-gpt'];
  expect(recipe).toMatchObject({ steps: 12000, seed: 1, snapshots: [1200] });
  expect(changed(recipe, {})).toEqual(recipe);
  expect(changed(recipe, { steps: 1200, seed: 7 })).toEqual({ ...recipe, steps: 1200, seed: 7 });
  expect(changed(recipe, { steps: 3 })).toEqual({ ...recipe, steps: 3, snapshots: [] });
});
