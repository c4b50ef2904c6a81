import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { type Interval, isMasked, type ModelCard } from '@interlayer/model-card';
import { bootstrapInterval } from '@interlayer/stats';
import type { TrainResult } from '@interlayer/training';
import { barsOf } from './bars';
import { causalReadme } from './causal-readme';
import { learningCurve } from './curve';
import { maskedReadme } from './masked-readme';
import type { Recipe } from './recipe';
import { type AddressScore, meanScore, type Task } from './task';
import type { TrainRecipeOptions } from './train-recipe';
import { watched } from './watched';

/** Where a run keeps the weights of a step that ships. */
export const snapshotFolder = (checkpoints: string, step: number): string =>
  join(checkpoints, 'snapshots', String(step));

/**
 * Writes the data package of a finished run: weights, tokenizer, card, README, log, curve, and snapshots in `steps/<step>`.
 * The numbers are measured on the files that ship, not on the float32 weights in memory.
 */
export async function writePackage(
  recipe: Recipe,
  task: Task,
  result: TrainResult,
  { runtime, corpus, tokenizer, out, checkpoints }: TrainRecipeOptions,
): Promise<void> {
  const scoresOf = async (model: Task['model']) => {
    try {
      return await task.heldOut(runtime.executor, model, corpus.test);
    } finally {
      model.dispose();
    }
  };
  const cardOnly = recipe.ships === 'card';
  mkdirSync(out, { recursive: true });
  const weights = cardOnly ? join(checkpoints, 'half precision') : out;
  await task.save(weights);
  copyFileSync(join(tokenizer, 'tokenizer.json'), join(weights, 'tokenizer.json'));
  const byAddress = await scoresOf(await task.load(weights));
  const score = meanScore(byAddress);
  const baselines = task.baselines(corpus.test);

  const snapshots = [{ step: 0, ...meanScore(await scoresOf(task.create())) }];
  for (const step of cardOnly ? [] : recipe.snapshots) {
    const folder = join(out, 'steps', String(step));
    mkdirSync(folder, { recursive: true });
    for (const file of ['config.json', 'model.safetensors'])
      copyFileSync(join(snapshotFolder(checkpoints, step), file), join(folder, file));
    snapshots.push({ step, ...meanScore(await scoresOf(await task.load(folder))) });
  }

  const log = readFileSync(result.log, 'utf8');
  const lines: { step: number; loss?: number; valid?: number }[] = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const curveOf = (key: 'loss' | 'valid') =>
    lines.flatMap(({ step, [key]: loss }) => (loss === undefined ? [] : [{ step, loss }]));
  const watchedLosses = curveOf('valid');
  // The curve's levels are measured on the same rows as its held-out points.
  const { unigramEntropy, bigram, trigram } = task.baselines(watched(corpus.valid, recipe.length));

  const { device, engine, versions } = runtime.describe();
  // A compiled engine leaves tfjs's own backends idle.
  const idle = (program: string) => engine.startsWith('onnxruntime') && program.startsWith('@tensorflow/');
  const card = {
    name: recipe.name,
    description: recipe.description,
    parameters: task.parameters,
    heldOut: {
      split: 'test',
      addresses: byAddress.length,
      tokens: byAddress.reduce((sum, { tokens }) => sum + tokens, 0),
      ...score,
      lossInterval: intervalOf(byAddress, 'loss'),
      ...(score.top1 !== undefined && { top1Interval: intervalOf(byAddress, 'top1') }),
      byAddress,
    },
    baselines,
    bars: barsOf(recipe, score, baselines),
    leftPlateauBy: watchedLosses.find(({ loss }) => loss < unigramEntropy - 0.5)?.step ?? null,
    snapshots,
    recipe,
    training: {
      tokens: recipe.steps * recipe.batch * recipe.length,
      seconds: Math.round(result.seconds),
      engine,
      device,
      versions: Object.fromEntries(Object.entries(versions).filter(([program]) => !idle(program))),
    },
    corpus: {
      name: corpus.name,
      sha256: corpus.sha256,
      trainTokens: corpus.train.reduce((sum, { tokens }) => sum + tokens.length, 0),
    },
  } as ModelCard;
  const files = {
    'log.jsonl': log,
    'curve.svg': learningCurve({
      title: recipe.description,
      train: curveOf('loss'),
      heldOut: watchedLosses,
      levels: { unigram: unigramEntropy, bigram, trigram },
    }),
    'card.json': `${JSON.stringify(card, null, 2)}\n`,
    'README.md': isMasked(card) ? maskedReadme(card) : causalReadme(card),
  };
  for (const [name, content] of Object.entries(files)) writeAtomicallySync(join(out, name), content);
}

/** 95 % bootstrap interval over addresses. */
function intervalOf(byAddress: AddressScore[], statistic: 'loss' | 'top1'): Interval {
  const { lower, upper } = bootstrapInterval(byAddress, (sample) => meanScore(sample)[statistic]!, { seed: 1 });
  return [lower, upper];
}
