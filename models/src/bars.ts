import type { Bar } from '@interlayer/model-card';
import type { Recipe } from './recipe';
import type { Baselines, Score } from './task';

/** Whether a model lacks all feed-forward blocks, or a layer's skips: such models learn less, and ship to show it. */
export function hasLowBar({ model: { feed_forward, skips } }: Recipe): boolean {
  const missing = [skips?.attention, skips?.feed_forward].some((pattern) => pattern?.includes(false));
  return missing || feed_forward?.includes(true) === false;
}

/** The bars for a model and whether it meets them; `loss` and `top1` are those of the shipped file on held-out text. */
export function barsOf(
  recipe: Recipe,
  { loss, top1 }: Score,
  { unigramEntropy, mostFrequentShare, trigram }: Baselines,
): Bar[] {
  const bar = (what: string, value: number, atLeast: number) => ({ what, value, atLeast, met: value >= atLeast });
  const belowUnigram = (atLeast: number) => bar('nats below the unigram entropy', unigramEntropy - loss, atLeast);
  if (recipe.objective === 'causal')
    return [belowUnigram(2.5), bar('nats below the trigram model', trigram! - loss, 0)];
  if (hasLowBar(recipe)) return [belowUnigram(0.5)];
  return [
    belowUnigram(2.6),
    bar("right predictions, times the most frequent token's share", top1! / mostFrequentShare!, 5),
  ];
}
