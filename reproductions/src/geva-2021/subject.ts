import { join } from 'node:path';
import { type Matrix, matrix, type Triggers } from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import { seedFrom, sentences, shuffle, splitByAddress, stateOfTheUnion, type Tokenizer } from '@interlayer/text-data';
import { sha256 } from '../harness/canonical-json';
import type { MeasureContext } from '../harness/define-claim';
import { NotRun } from '../harness/measurement';
import { recordArtefact } from '../harness/run-record';
import { sharedRuntime } from '../harness/shared-runtime';
import { type HeldOutPrefixes, heldOutPrefixes } from './held-out-prefixes';
import { type KeyMutations, measureMutations } from './measure-mutations';
import { measurePatterns, type Patterns } from './measure-patterns';
import type { MemoryModel } from './memory-model';
import { miniGptFolder } from './mini-gpt';
import { openMemoryModel } from './open-memory-model';
import { type LayerMemories, readMemories } from './read-memories';
import { type Reading, readOut } from './reading';
import { scanTriggers } from './scan-triggers';

/** Held-out prefixes, as many as the paper has. */
export const PREFIXES = 4000;
/** Triggers of each key that are kept, as many as the paper needs at most. */
export const TRIGGERS = 50;
/** Train sentences that the untrained model reads: a control, for which a tenth of the text is enough. */
export const UNTRAINED_SENTENCES = 6000;

/** Keys of each layer whose triggers are mutated, and how many of those. */
export const MUTATED = { trained: { keys: 40, triggers: 25 }, untrained: { keys: 20, triggers: 25 } };

/** A trained model and the untrained one of its shape. */
export interface Pair<T> {
  trained: T;
  untrained: T;
}

interface Opened {
  runtime: Runtime;
  tokenizer: Tokenizer;
  models: Pair<MemoryModel>;
}

/** What every claim about a model's layers knows. */
export interface Sized {
  kind: MemoryModel['kind'];
  activation: string;
  depth: number;
  cells: number;
  vocabulary: number;
  seed: number;
  scale: MeasureContext['scale'];
}

/** Both models run over the same held-out prefixes, under the model's own readout; `bare` where that is not r · Eᵀ. */
export interface Subject extends Sized, Pair<Reading> {
  /** Whether a fifth case is excluded by algebra: o = r + y, and scores add up. */
  adds: boolean;
  bare?: Pair<Reading>;
  /** Address of each prefix: the cluster for resampling. */
  clusters: number[];
  sample: HeldOutPrefixes;
  tokenizer: Tokenizer;
  /** One row per token: [V, d] */
  embeddings: Pair<Matrix>;
}

/** Both models' keys with their trigger examples from the train split. */
export interface Keys extends Sized {
  runtime: Runtime;
  tokenizer: Tokenizer;
  models: Pair<MemoryModel>;
  triggers: Pair<Triggers>;
  /** Tokens of the sentences that were scanned; a trigger names one by its index. */
  sentences: Pair<readonly Int32Array[]>;
}

/** Both models' values, held against their keys' triggers; values are read out bare, as the paper defines it. */
export interface Memories extends Sized, Pair<LayerMemories[]> {
  /** Triggers kept of each key. */
  top: number;
  sentences: Pair<number>;
  /** The trained model's, under its own readout, where that is another. */
  own?: { readout: string; layers: LayerMemories[] };
}

/** What leaving tokens out of triggers does to their keys, in both models. */
export interface Mutations extends Sized, Pair<KeyMutations[]> {
  dropped: { count: number; why: string }[];
}

/** What triggers share, in both models. */
export interface SharedPatterns extends Sized, Pair<Patterns> {
  memories: LayerMemories[];
}

// The claims of a run share one process: each of these is done once, for whichever claim comes first.
const done = new Map<string, Promise<unknown>>();

function once<T>(name: string, make: () => Promise<T>): Promise<T> {
  if (!done.has(name)) done.set(name, make());
  return done.get(name) as Promise<T>;
}

const opened = (context: MeasureContext): Promise<Opened> =>
  once('models', async () => {
    const folder = context.model ?? miniGptFolder();
    if (!folder) throw new NotRun('the shipped model mini-gpt is not in this checkout');
    const runtime = await sharedRuntime(context);
    const { model, tokenizer } = await openMemoryModel(folder);
    return { runtime, tokenizer, models: { trained: model, untrained: model.untrained(context.seed) } };
  });

const sizeOf = ({ kind, activation, layers, cells, vocabulary }: MemoryModel, context: MeasureContext): Sized => ({
  kind,
  activation,
  depth: layers,
  cells,
  vocabulary,
  seed: context.seed,
  scale: context.scale,
});

async function embeddingOf({ readouts, width }: MemoryModel): Promise<Matrix> {
  return matrix((await readouts[0]!.embedding.data()) as Float32Array, width);
}

/** What claims about predictions need. */
export const gevaSubject = (context: MeasureContext): Promise<Subject> =>
  once('readings', async () => {
    const { runtime, tokenizer, models } = await opened(context);
    const { trained } = models;
    const sample = await heldOutPrefixes(tokenizer, {
      seed: context.seed,
      count: Math.min(PREFIXES, context.sample ?? PREFIXES),
      model: trained,
    });
    recordArtefact('held-out addresses', sample.corpusHash);
    const ours = await readOut(trained, sample.prefixes, runtime);
    const control = await readOut(models.untrained, sample.prefixes, runtime);
    return {
      ...sizeOf(trained, context),
      adds: trained.adds && trained.readouts[0]!.linear,
      trained: ours[0]!,
      untrained: control[0]!,
      ...(ours[1] && control[1] ? { bare: { trained: ours[1], untrained: control[1] } } : {}),
      clusters: sample.prefixes.map(({ address }) => address),
      sample,
      tokenizer,
      embeddings: { trained: await embeddingOf(trained), untrained: await embeddingOf(models.untrained) },
    };
  });

/** What claims about keys need: one scan over the train split. */
export const gevaKeys = (context: MeasureContext): Promise<Keys> =>
  once('keys', async () => {
    const { runtime, tokenizer, models } = await opened(context);
    const { train } = splitByAddress(await stateOfTheUnion());
    recordArtefact('train addresses', sha256(train.map(({ id, text }) => `${id}\n${text}\n`).join('')));
    const texts = train.flatMap(({ text }) => sentences(text));
    const encode = (text: string) => Int32Array.from(tokenizer.encode(text, { addSpecialTokens: false }).ids);
    // In the order of the text, whoever is drawn.
    const drawn = (n: number, count: number, what: string) =>
      shuffle(
        Array.from({ length: n }, (_, i) => i),
        seedFrom(context.seed, what),
      )
        .slice(0, count)
        .sort((a, b) => a - b);
    const all = drawn(texts.length, context.sample ?? texts.length, 'trained sentences').map((i) => encode(texts[i]!));
    const some = drawn(all.length, UNTRAINED_SENTENCES, 'untrained sentences').map((i) => all[i]!);
    const both = all.length + some.length;
    const scan = (name: 'trained' | 'untrained', corpus: readonly Int32Array[], before = 0) =>
      scanTriggers(models[name], corpus, runtime, {
        top: TRIGGERS,
        seed: context.seed,
        about: `${name}, ${context.work.key}`,
        file: join(context.work.folder, `triggers-${name}.safetensors`),
        resume: context.work.resume,
        log: (text) => process.stderr.write(`${text}\n`),
        progress: (share) => context.progress((before + share * corpus.length) / both),
      });
    return {
      ...sizeOf(models.trained, context),
      runtime,
      tokenizer,
      models,
      sentences: { trained: all, untrained: some },
      triggers: { trained: await scan('trained', all), untrained: await scan('untrained', some, all.length) },
    };
  });

/** What claims about values need. */
export const gevaMemories = (context: MeasureContext): Promise<Memories> =>
  once('memories', async () => {
    const { runtime, models, triggers, sentences: corpora, ...sized } = await gevaKeys(context);
    const read = (name: 'trained' | 'untrained', which: 'own' | 'bare') => {
      const { readouts } = models[name];
      const readout = which === 'own' ? readouts[0]! : readouts.at(-1)!;
      return readMemories(models[name], triggers[name], corpora[name], readout, runtime);
    };
    const { readouts } = models.trained;
    return {
      ...sized,
      top: TRIGGERS,
      sentences: { trained: corpora.trained.length, untrained: corpora.untrained.length },
      trained: await read('trained', 'bare'),
      untrained: await read('untrained', 'bare'),
      ...(readouts.length > 1 ? { own: { readout: readouts[0]!.name, layers: await read('trained', 'own') } } : {}),
    };
  });

/** What the claim about mutated prefixes needs. */
export const gevaMutations = (context: MeasureContext): Promise<Mutations> =>
  once('mutations', async () => {
    const { runtime, models, triggers, sentences: corpora, ...sized } = await gevaKeys(context);
    const measure = (name: 'trained' | 'untrained') =>
      measureMutations(models[name], triggers[name], corpora[name], runtime, { ...MUTATED[name], seed: context.seed });
    const [trained, untrained] = [await measure('trained'), await measure('untrained')];
    const whole = trained.length * MUTATED.trained.triggers;
    const count = whole - trained.reduce((sum, key) => sum + key.triggers, 0);
    return {
      ...sized,
      trained,
      untrained,
      dropped: count ? [{ count, why: 'triggers of a single token, which cannot be mutated, or missing ones' }] : [],
    };
  });

/** What the claims about patterns need. */
export const gevaPatterns = (context: MeasureContext): Promise<SharedPatterns> =>
  once('patterns', async () => {
    const { triggers, sentences: corpora, tokenizer, ...keys } = await gevaKeys(context);
    const { trained: memories } = await gevaMemories(context);
    const measure = (name: 'trained' | 'untrained') =>
      measurePatterns(triggers[name], corpora[name], tokenizer, context.seed);
    const [trained, untrained] = [measure('trained'), measure('untrained')];
    return { ...keys, memories, trained, untrained };
  });
