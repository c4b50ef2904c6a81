import type { ModelCard } from '@interlayer/model-card';
import { duration } from '@interlayer/training';
import type { Score } from './task';

export const thousands = (value: number): string => value.toLocaleString('en-US');
export const millions = (value: number): string => (value / 1e6).toFixed(1);
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** An estimate with the ends of its interval, each formatted by `format`. */
export const withInterval = (value: number, [low, high]: readonly [number, number], format: (x: number) => string) =>
  `${format(value)} (${format(low)}–${format(high)})`;

/** A table whose columns are as wide as their widest cell; the first row is the head. */
export function table(rows: string[][]): string {
  const [head, ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...body]
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`)
    .join('\n');
}

/** Layers as readers count them, from 1: "3", "7 to 18". */
export const layerNames = (layers: readonly number[]): string =>
  layers.length > 2 ? `${layers[0] + 1} to ${layers.at(-1)! + 1}` : layers.map((layer) => layer + 1).join(' and ');

/** How a model was trained, as a table. */
export function trainingTable({ recipe, training, corpus }: ModelCard): string {
  const { optimizer, initial } = recipe;
  const { maskRate, shortRows, fade } = recipe.objective === 'masked' ? recipe : {};
  const epochs = (training.tokens / corpus.trainTokens).toFixed(1);
  const steps = [
    `${thousands(recipe.steps)} of ${recipe.batch} × ${recipe.length} tokens (${millions(training.tokens)} M tokens, ${epochs} epochs)`,
    maskRate && `${percent(maskRate)} of them predicted`,
    shortRows && `the first ${thousands(shortRows.steps)} steps in rows of ${shortRows.length}`,
    fade?.skips &&
      `the skips of layer ${layerNames(fade.skips)} fade out over the first ${thousands(fade.steps)} steps`,
    fade?.blocks &&
      `the attention blocks of layers ${layerNames(fade.blocks)} fade in over the first ${thousands(fade.steps)} steps`,
    `no dropout, seed ${recipe.seed}`,
  ];
  const initialValues = [
    `truncated normal of scale ${initial.std}${initial.positions === 'sinusoidal' ? ', sinusoidal positions of the same mean square' : ''}`,
    'residualScale' in initial && `projections into the residual stream × ${initial.residualScale}`,
  ];
  const optimiser = [
    `AdamW, peak rate ${optimizer.peak} after ${optimizer.warmUp} steps of warm-up, then linear to 0`,
    `β ${optimizer.beta1}, ${optimizer.beta2}`,
    `weight decay ${optimizer.weightDecay}`,
    `clipped to norm ${optimizer.clipNorm}`,
  ];
  const versions = Object.entries(training.versions).map(([program, version]) => `${program} ${version}`);
  return table([
    ['trained', ''],
    ['text', `${corpus.name}; train split of ${thousands(corpus.trainTokens)} tokens; SHA-256 \`${corpus.sha256}\``],
    ['steps', steps.filter(Boolean).join(', ')],
    ['initial values', initialValues.filter(Boolean).join('; ')],
    ['optimiser', optimiser.join('; ')],
    ['time', `${duration(training.seconds)} on ${training.engine}, ${training.device}`],
    ['versions', versions.join(', ')],
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

/** Scores at the steps whose weights are kept, and at the last step. */
export function snapshotsTable({ snapshots, recipe, heldOut }: ModelCard): string {
  const folderOf = (step: number) => {
    if (step === 0) return 'none: the seed recreates it';
    if (recipe.ships === 'card') return 'none';
    return step === recipe.steps ? '`.`' : `\`steps/${step}\``;
  };
  const scores: (Score & { step: number })[] = [...snapshots, { step: recipe.steps, ...heldOut }];
  return table([
    ['step', 'loss', ...('top1' in heldOut ? ['accuracy'] : []), 'folder'],
    ...scores.map(({ step, loss, top1 }) => [
      thousands(step),
      loss.toFixed(3),
      ...(top1 === undefined ? [] : [percent(top1)]),
      folderOf(step),
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
