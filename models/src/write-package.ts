import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { isMasked, type ModelCard } from '@interlayer/model-card';
import { bootstrapInterval } from '@interlayer/stats';
import type { TrainResult } from '@interlayer/training';
import { barsOf } from './bars';
import { causalReadme } from './causal-readme';
import { learningCurve } from './curve';
import { maskedReadme } from './masked-readme';
import type { Recipe } from './recipe';
import { type AddressLoss, type Baselines, meanLoss, meanTop1, type Task } from './task';
import type { TrainRecipeOptions } from './train-recipe';
import { watched } from './watched';

/** Where a run keeps the weights of a step that ships. */
export const snapshotFolder = (checkpoints: string, step: number): string =>
  join(checkpoints, 'snapshots', String(step));

const LOG = 'log.jsonl';

/**
 * Writes the data package of a finished run: weights, tokenizer, card, README, log, curve, and snapshots in `steps/<step>`.
 * The numbers are measured on the files that ship, not on the float32 weights in memory.
 */
export async function writePackage(
  recipe: Recipe,
  task: Task,
  newTask: () => Task,
  result: TrainResult,
  { runtime, corpus, tokenizer, out, checkpoints }: TrainRecipeOptions,
): Promise<void> {
  const { executor } = runtime;
  mkdirSync(out, { recursive: true });
  const weights = recipe.ships === 'card' ? join(checkpoints, 'half precision') : out;
  await task.save(weights);
  copyFileSync(tokenizer, join(weights, 'tokenizer.json'));
  const byAddress = await task.heldOutOf(weights, executor, corpus.test);
  const baselines = task.baselines(corpus.test);

  const untrained = newTask();
  const snapshots = [{ step: 0, ...means(await untrained.heldOut(executor, corpus.test)) }];
  untrained.dispose();
  for (const step of recipe.ships === 'card' ? [] : recipe.snapshots) {
    const folder = join(out, 'steps', String(step));
    mkdirSync(folder, { recursive: true });
    for (const file of ['config.json', 'model.safetensors'])
      copyFileSync(join(snapshotFolder(checkpoints, step), file), join(folder, file));
    snapshots.push({ step, ...means(await task.heldOutOf(folder, executor, corpus.test)) });
  }

  const log = readFileSync(result.log, 'utf8');
  const lines = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; loss?: number; valid?: number });
  const heldOut = lines.flatMap(({ step, valid }) => (valid === undefined ? [] : [{ step, loss: valid }]));
  // The curve's levels are measured on the same rows as its held-out points.
  const levels = task.baselines(watched(corpus.valid, recipe.length));
  const plateau = levels.unigramEntropy - 0.5;

  const { device, engine, versions } = runtime.describe();
  const card = {
    name: recipe.name,
    description: recipe.description,
    parameters: task.parameters,
    heldOut: {
      split: 'test',
      addresses: byAddress.length,
      tokens: byAddress.reduce((sum, { tokens }) => sum + tokens, 0),
      ...means(byAddress),
      ...intervals(byAddress),
      byAddress,
    },
    baselines,
    bars: barsOf(recipe, means(byAddress), baselines),
    leftPlateauBy: heldOut.find(({ loss }) => loss < plateau)?.step ?? null,
    snapshots,
    recipe,
    training: {
      tokens: recipe.steps * recipe.batch * recipe.length,
      seconds: Math.round(result.seconds),
      engine,
      device,
      // Only of what computed: a compiled engine leaves tfjs's own backends idle.
      versions: Object.fromEntries(
        Object.entries(versions).filter(
          ([name]) => !(engine.startsWith('onnxruntime') && name.startsWith('@tensorflow/')),
        ),
      ),
    },
    corpus: {
      name: corpus.name,
      sha256: corpus.sha256,
      trainTokens: corpus.train.reduce((sum, { tokens }) => sum + tokens.length, 0),
    },
  } as ModelCard;
  const curve = learningCurve({
    title: recipe.description,
    train: lines.flatMap(({ step, loss }) => (loss === undefined ? [] : [{ step, loss }])),
    heldOut,
    levels: levelsOf(levels),
  });
  const files = {
    [LOG]: log,
    'curve.svg': curve,
    'card.json': `${JSON.stringify(card, null, 2)}\n`,
    'README.md': isMasked(card) ? maskedReadme(card) : causalReadme(card),
  };
  for (const [name, content] of Object.entries(files)) writeAtomicallySync(join(out, name), content);
}

/** Loss and, for masked models, accuracy over all predicted tokens. */
const means = (losses: AddressLoss[]) => ({
  loss: meanLoss(losses),
  ...(losses[0]?.top1 !== undefined && { top1: meanTop1(losses) }),
});

/** 95 % bootstrap intervals over addresses. */
function intervals(byAddress: AddressLoss[]) {
  const of = (statistic: (losses: AddressLoss[]) => number): [number, number] => {
    const { lower, upper } = bootstrapInterval(byAddress, statistic, { seed: 1 });
    return [lower, upper];
  };
  return {
    lossInterval: of(meanLoss),
    ...(byAddress[0]?.top1 !== undefined && { top1Interval: of(meanTop1) }),
  };
}

const levelsOf = ({ unigramEntropy, bigram, trigram }: Baselines) =>
  Object.entries({ unigram: unigramEntropy, bigram, trigram }).flatMap(([name, loss]) =>
    loss === undefined ? [] : [{ name, loss }],
  );
