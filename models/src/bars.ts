import type { Bar } from '@interlayer/model-card';
import type { Recipe } from './recipe';
import type { Baselines } from './task';

/** Whether a model lacks all feed-forward blocks, or a layer's skips: such models learn worse, and are shipped to show it. */
export function crippled({ model }: Recipe): boolean {
  const missing = (pattern: readonly boolean[] | undefined) => pattern?.includes(false) ?? false;
  const none = (pattern: readonly boolean[] | undefined) => pattern !== undefined && !pattern.includes(true);
  return none(model.feed_forward) || missing(model.skips?.attention) || missing(model.skips?.feed_forward);
}

/** The bars for a model and whether it meets them; `loss` and `top1` are those of the shipped file on held-out text. */
export function barsOf(
  recipe: Recipe,
  { loss, top1 }: { loss: number; top1?: number },
  { unigramEntropy, mostFrequentShare, trigram }: Baselines,
): Bar[] {
  const bar = (what: string, value: number, atLeast: number) => ({ what, value, atLeast, met: value >= atLeast });
  const below = unigramEntropy - loss;
  const unigram = 'nats below the unigram entropy';
  if (recipe.objective === 'causal')
    return [bar(unigram, below, 2.5), bar('nats below the trigram model', trigram! - loss, 0)];
  if (crippled(recipe)) return [bar(unigram, below, 0.5)];
  return [
    bar(unigram, below, 2.6),
    bar("right predictions, times the most frequent token's share", top1! / mostFrequentShare!, 5),
  ];
}
