import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGpt, fromPretrained, type GptModel, parameterCount, savePretrained } from '@interlayer/gpt-model';
import type { ModelCard } from '@interlayer/mini-gpt';
import type { Runtime } from '@interlayer/runtime';
import { hostTensor } from '@interlayer/tensor-compile';
import { createBatches } from '@interlayer/text-data';
import {
  adamW,
  causalLoss,
  causalRows,
  linearSchedule,
  mapBatches,
  type ProgressStream,
  type TrainResult,
  train,
} from '@interlayer/training';
import type { Corpus, EncodedAddress } from './corpus';
import { learningCurve } from './curve';
import { baselines, heldOutLosses, meanLoss } from './held-out';
import { modelCardReadme } from './model-card-readme';
import type { CausalRecipe } from './recipe';

export interface TrainRecipeOptions {
  runtime: Runtime;
  corpus: Corpus;
  /** The tokenizer.json that the corpus was encoded with; it is part of the package. */
  tokenizer: string;
  /** Folder of the package of data. */
  out: string;
  /** Folder of the checkpoints and the log. */
  checkpoints: string;
  resume: boolean;
  signal?: AbortSignal;
  stream?: ProgressStream;
}

/** Addresses that are looked at on the way: enough of the valid split to see the trend. */
const WATCHED_ROWS = 64;

function watched(addresses: EncodedAddress[], length: number): EncodedAddress[] {
  const rows = Math.ceil(WATCHED_ROWS / addresses.length);
  return addresses.map(({ id, tokens }) => ({ id, tokens: tokens.subarray(0, rows * length + 1) }));
}

/** Trains what a recipe says, and when it is finished writes the package of data. */
export async function trainRecipe(recipe: CausalRecipe, options: TrainRecipeOptions): Promise<TrainResult> {
  const { runtime, corpus, out, checkpoints, resume, signal, stream } = options;
  const { length, batch, steps, seed } = recipe;
  const model = createGpt(recipe.model, { seed, std: recipe.initialScale });
  const { peak, warmUp, ...adam } = recipe.optimizer;
  const optimizer = adamW(model.weights, adam);
  const rows = causalRows(corpus.train, length);
  const valid = watched(corpus.valid, length);
  try {
    const result = await train({
      executor: runtime.executor,
      loss: causalLoss((inputs) => model.run(inputs).logits!),
      variables: model.weights,
      optimizer,
      schedule: linearSchedule({ peak, warmUp: Math.min(warmUp, steps), steps }),
      batches: mapBatches(createBatches(rows, { batchSize: batch, seed, dropLast: true }), ({ ids, shape }) => ({
        ids: hostTensor(ids, shape),
      })),
      steps,
      evaluate: {
        at: (step) => step % recipe.evaluateEvery === 0 || step === steps,
        run: async () => ({ valid: meanLoss(await heldOutLosses(runtime.executor, model, valid, length)) }),
      },
      checkpoint: { folder: checkpoints, every: recipe.checkpointEvery },
      resume,
      config: { recipe: { ...recipe }, corpus: corpus.sha256 },
      seed,
      signal,
      progress: { name: recipe.name, tokensPerStep: batch * length, stream },
    });
    if (result.finished) {
      stream?.write(`writing ${out}\n`);
      await writePackage(recipe, model, result, options);
    }
    return result;
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

async function writePackage(
  recipe: CausalRecipe,
  model: GptModel,
  result: TrainResult,
  { runtime, corpus, tokenizer, out }: TrainRecipeOptions,
): Promise<void> {
  await savePretrained(model, out, { dtype: 'F16' });
  // The numbers are those of the file that ships, not of the float32 weights in memory.
  const shipped = await fromPretrained(out);
  const byAddress = await heldOutLosses(runtime.executor, shipped.model, corpus.test, recipe.length);
  shipped.model.dispose();
  const reference = baselines(corpus.train, corpus.test, recipe.length, recipe.model.vocab_size);
  const { device, engine, versions } = runtime.describe();
  const card: ModelCard = {
    name: recipe.name,
    description: recipe.description,
    parameters: parameterCount(recipe.model).total,
    heldOut: {
      split: 'test',
      addresses: byAddress.length,
      tokens: byAddress.reduce((sum, { tokens }) => sum + tokens, 0),
      loss: meanLoss(byAddress),
      byAddress,
    },
    baselines: reference,
    recipe: { ...recipe },
    training: {
      tokens: recipe.steps * recipe.batch * recipe.length,
      seconds: Math.round(result.seconds),
      engine,
      device,
      // Of what computed: a compiled engine leaves tfjs's own backends idle.
      versions: Object.fromEntries(
        Object.entries(versions).filter(
          ([name]) => !(engine.startsWith('onnxruntime') && name.startsWith('@tensorflow/')),
        ),
      ),
    },
    corpus: { name: corpus.name, sha256: corpus.sha256, trainTokens: corpus.train.length },
  };
  const log = readFileSync(result.log, 'utf8');
  const lines = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; loss?: number; valid?: number });
  // The levels of the curve are those of the rows that its held-out points were taken on.
  const { unigramEntropy, bigram, trigram } = baselines(
    corpus.train,
    watched(corpus.valid, recipe.length),
    recipe.length,
    recipe.model.vocab_size,
  );
  const curve = learningCurve({
    title: `${recipe.name}: ${recipe.model.n_layer} layers, width ${recipe.model.n_embd}`,
    train: lines.flatMap(({ step, loss }) => (loss === undefined ? [] : [{ step, loss }])),
    heldOut: lines.flatMap(({ step, valid }) => (valid === undefined ? [] : [{ step, loss: valid }])),
    levels: [
      { name: 'unigram', loss: unigramEntropy },
      { name: 'bigram', loss: bigram },
      { name: 'trigram', loss: trigram },
    ],
  });
  const files = {
    'log.jsonl': log,
    'curve.svg': curve,
    'card.json': `${JSON.stringify(card, null, 2)}\n`,
    'README.md': modelCardReadme(card),
    'tokenizer.json': readFileSync(tokenizer, 'utf8'),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(out, `.${name}.part`), content);
    await rename(join(out, `.${name}.part`), join(out, name));
  }
}
