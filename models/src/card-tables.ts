import type { ModelCard } from '@interlayer/model-card';
import { duration } from '@interlayer/training';
import { millions, table, thousands } from './markdown';

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** An estimate with the ends of its interval, each formatted by `format`. */
export const withInterval = (value: number, [low, high]: readonly [number, number], format: (x: number) => string) =>
  `${format(value)} (${format(low)}–${format(high)})`;

/** How a model was trained, as a table. */
export function trainingTable({ recipe, training, corpus }: ModelCard): string {
  const { optimizer, initial } = recipe;
  return table([
    ['trained', ''],
    ['text', `${corpus.name}; train split of ${thousands(corpus.trainTokens)} tokens; SHA-256 \`${corpus.sha256}\``],
    [
      'steps',
      `${thousands(recipe.steps)} of ${recipe.batch} × ${recipe.length} tokens (${millions(training.tokens)} M tokens, ${(training.tokens / corpus.trainTokens).toFixed(1)} epochs), ${
        recipe.objective === 'masked'
          ? `${percent(recipe.maskRate)} of them predicted, ${recipe.shortRows ? `the first ${thousands(recipe.shortRows.steps)} steps in rows of ${recipe.shortRows.length}, ` : ''}`
          : ''
      }no dropout, seed ${recipe.seed}`,
    ],
    [
      'initial values',
      `truncated normal of scale ${initial.std}${initial.positions === 'sinusoidal' ? ', sinusoidal positions of the same mean square' : ''}${'residualScale' in initial ? `; projections into the residual stream × ${initial.residualScale}` : ''}`,
    ],
    [
      'optimiser',
      `AdamW, peak rate ${optimizer.peak} after ${optimizer.warmUp} steps of warm-up, then linear to 0; β ${optimizer.beta1}, ${optimizer.beta2}; weight decay ${optimizer.weightDecay}; clipped to norm ${optimizer.clipNorm}`,
    ],
    ['time', `${duration(training.seconds)} on ${training.engine}, ${training.device}`],
    [
      'versions',
      Object.entries(training.versions)
        .map(([program, version]) => `${program} ${version}`)
        .join(', '),
    ],
  ]);
}

/** The bars set for a model and whether it met them. */
export const barsTable = ({ bars }: ModelCard): string =>
  table([
    ['bar, set before training', 'at least', 'is', ''],
    ...bars.map(({ what, atLeast, value, met }) => [
      what,
      String(atLeast),
      value.toFixed(2),
      met ? 'met' : '**missed**',
    ]),
  ]);

/** Losses at the steps whose weights are kept, and at the last step. */
export function snapshotsTable({ snapshots, recipe, heldOut }: ModelCard): string {
  const all = [...snapshots, { step: recipe.steps, ...heldOut }];
  const top1 = (one: object) => ('top1' in one ? [percent(one.top1 as number)] : []);
  return table([
    ['step', 'loss', ...top1(heldOut).map(() => 'accuracy'), 'folder'],
    ...all.map((one) => [
      thousands(one.step),
      one.loss.toFixed(3),
      ...top1(one),
      one.step === 0
        ? 'none: the seed recreates it'
        : recipe.ships === 'card'
          ? 'none'
          : one.step === recipe.steps
            ? '`.`'
            : `\`steps/${one.step}\``,
    ]),
  ]);
}

/** For a model of which only the card is kept. */
export const weightlessSentence = ({ recipe }: ModelCard): string =>
  recipe.ships === 'card' ? ' **The weights do not ship**: only what we know about them is kept.' : '';

/** When the loss fell clearly below that of a context-free prediction. */
export const plateauSentence = ({ leftPlateauBy }: ModelCard): string =>
  leftPlateauBy === null
    ? 'Its watched loss never fell half a nat below the unigram entropy: **it stayed on the plateau**, and no claim should rely on it.'
    : `Its watched loss was half a nat below the unigram entropy by step ${thousands(leftPlateauBy)}.`;
