import { expect, it } from 'vitest';
import { barsOf, hasLowBar } from '../src/bars';
import { recipes } from '../src/recipes';

it('sets a low bar for models without feed-forward blocks or without the skips of a layer', () => {
  const names = Object.keys(recipes).filter((name) => hasLowBar(recipes[name]));
  expect(names).toEqual([
    'mini-bert-no-ffn',
    'mini-bert-attention-only',
    'mini-bert-no-skip',
    'mini-bert-no-skip-1-3-5',
  ]);
});

it('holds a model to the bars of its kind', () => {
  const met = (name: string, loss: number, top1: number) =>
    barsOf(recipes[name], { loss, top1 }, { unigramEntropy: 6.4, mostFrequentShare: 0.06, trigram: 4 }).map(
      (bar) => bar.met,
    );
  expect(met('mini-gpt', 3.85, Number.NaN)).toEqual([true, true]);
  expect(met('mini-gpt', 4.05, Number.NaN)).toEqual([false, false]);
  expect(met('mini-bert', 3.7, 0.31)).toEqual([true, true]);
  expect(met('mini-bert-relu', 3.9, 0.29)).toEqual([false, false]);
  expect(met('mini-bert-no-ffn', 5.8, 0.1)).toEqual([true]);
});
