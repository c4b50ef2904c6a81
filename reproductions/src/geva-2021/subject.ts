import { activeShare } from '@interlayer/ffn-memory';
import { createGpt, fromPretrained, type GptModel } from '@interlayer/gpt-model';
import type { Runtime } from '@interlayer/runtime';
import type { Tokenizer } from '@interlayer/text-data';
import type { MeasureContext } from '../harness/define-claim';
import { NotRun } from '../harness/measurement';
import { recordArtefact } from '../harness/run-record';
import { sharedRuntime } from '../harness/shared-runtime';
import type { Control } from '../harness/verdict';
import { type CapturedLayer, captureLayers } from './capture-layers';
import { type HeldOutPrefixes, heldOutPrefixes } from './held-out-prefixes';
import { miniGptFolder } from './mini-gpt';
import { type Reading, readOut } from './reading';

export const PREFIXES = 4000;

/** A trained model and the untrained one of its shape, both run over the same held-out prefixes. */
interface Pair<T> {
  trained: T;
  untrained: T;
}

export interface Sample {
  /** Address of each prefix: the cluster for resampling. */
  clusters: number[];
  sample: HeldOutPrefixes;
  depth: number;
  seed: number;
}

/** Share of active cells: layer by layer, prefix by prefix. */
export interface Activity extends Sample, Pair<Float64Array[]> {
  cells: number;
}

export interface Subject extends Sample, Pair<Reading> {}

interface Prepared {
  runtime: Runtime;
  common: Sample;
  models: Pair<GptModel>;
  captured: Pair<CapturedLayer[]>;
}

// The claims of a run share one process: the model is loaded, run and read out once for all of them.
let prepared: Promise<Prepared> | undefined;
let read: Promise<Subject> | undefined;

/** What claims about coefficients need; ready before anything is read out. */
export async function gevaActivity(context: MeasureContext): Promise<Activity> {
  prepared ??= prepare(context);
  const { common, captured, models } = await prepared;
  const shares = (layers: CapturedLayer[]) => layers.map(({ coefficients }) => activeShare(coefficients));
  return {
    ...common,
    cells: models.trained.config.n_inner,
    trained: shares(captured.trained),
    untrained: shares(captured.untrained),
  };
}

/** What claims about predictions need. */
export function gevaSubject(context: MeasureContext): Promise<Subject> {
  prepared ??= prepare(context);
  read ??= prepared.then(async ({ common, models, captured, runtime }) => {
    const of = (which: 'trained' | 'untrained') =>
      readOut(models[which], captured[which], common.sample.prefixes, runtime);
    return { ...common, trained: await of('trained'), untrained: await of('untrained') };
  });
  return read;
}

async function prepare(context: MeasureContext): Promise<Prepared> {
  const folder = context.model ?? miniGptFolder();
  if (!folder) throw new NotRun('the shipped model mini-gpt is not in this checkout');
  const runtime = await sharedRuntime(context);
  const { model, tokenizer } = await load(folder);
  const { seed } = context;
  const sample = await heldOutPrefixes(tokenizer, { seed, count: PREFIXES, maxLength: model.config.n_positions });
  recordArtefact('held-out addresses', sample.corpusHash);
  const models = { trained: model, untrained: createGpt(model.config, { seed }) };
  const run = (each: GptModel) => captureLayers(each, sample.prefixes, runtime);
  return {
    runtime,
    models,
    captured: { trained: await run(models.trained), untrained: await run(models.untrained) },
    common: {
      clusters: sample.prefixes.map(({ address }) => address),
      sample,
      depth: model.config.n_layer,
      seed,
    },
  };
}

async function load(folder: string): Promise<{ model: GptModel; tokenizer: Tokenizer }> {
  const { model, tokenizer } = await fromPretrained(folder).catch((error: Error) => {
    throw new NotRun(error.message.replace(/\.$/, ''));
  });
  const { activation_function: activation, final_layer_norm: normed, tie_word_embeddings: tied } = model.config;
  const why = !tokenizer
    ? 'it has no tokenizer'
    : activation !== 'relu'
      ? `its activation is ${activation}, and "active" means a positive ReLU coefficient`
      : normed
        ? "it has a final LayerNorm, and the paper's model reads its stream out as it is"
        : !tied
          ? 'its readout is not tied'
          : undefined;
  if (why) {
    model.dispose();
    throw new NotRun(`the model in ${folder} does not have the shape these claims are about: ${why}`);
  }
  return { model, tokenizer: tokenizer! };
}

/** The record of the control that every composition claim has: what must add up in any such model does. */
export const bookkeepingRecord = {
  name: 'bookkeeping',
  kind: 'positive',
  description: 'o = r + y in every layer and model, and top(o) of the last layer is the model’s own argmax',
  expected: 'no difference beyond float32 rounding',
} as const;

export function bookkeepingControl({ trained, untrained }: Subject): Control {
  const sum = Math.max(trained.bookkeeping.sum, untrained.bookkeeping.sum);
  const wrong = trained.bookkeeping.argmaxDisagreements + untrained.bookkeeping.argmaxDisagreements;
  const checked = trained.bookkeeping.checked + untrained.bookkeeping.checked;
  return {
    name: 'bookkeeping',
    kind: 'positive',
    // One rounded addition: a few units in the last place of float32.
    outcome: sum < 1e-5 && wrong === 0 ? 'passed' : 'failed',
    detail: `o − (r + y) is at most ${sum.toExponential(0)} of the largest value; ${wrong} of ${checked} predictions differ from the model's own`,
  };
}
