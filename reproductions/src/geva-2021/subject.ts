import { join } from 'node:path';
import { type Matrix, matrix, type Triggers } from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import { seedFrom, sentences, shuffle, splitByAddress, stateOfTheUnion } from '@interlayer/text-data';
import type { Tokenizer } from '@interlayer/tokenizer';
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
import { forEachModel, type Models } from './models';
import { openMemoryModel } from './open-memory-model';
import { type LayerMemories, readMemories } from './read-memories';
import { type Reading, readOut } from './reading';
import { scanTriggers } from './scan-triggers';
import { shuffledPairs } from './shuffled-pairs';

/** Held-out prefixes, as many as the paper has. */
export const PREFIXES = 4000;
/** Triggers of each key that are kept, as many as the paper needs at most. */
export const TRIGGERS = 50;
/** Train sentences that the controls read: a tenth of the text is enough for them. */
export const CONTROL_SENTENCES = 6000;

/** Keys of each layer whose triggers are mutated, and how many of those. */
export const MUTATED = { trained: { keys: 40, triggers: 25 }, control: { keys: 20, triggers: 25 } };

interface Opened {
  runtime: Runtime;
  tokenizer: Tokenizer;
  models: Models<MemoryModel>;
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

/** All models run over the same held-out prefixes, under the model's own readout; `bare` where that is not r · Eᵀ. */
export interface Subject extends Sized, Models<Reading> {
  /** Whether a fifth case is excluded by algebra: o = r + y, and scores add up. */
  adds: boolean;
  bare?: Models<Reading>;
  /** Address of each prefix: the cluster for resampling. */
  clusters: number[];
  sample: HeldOutPrefixes;
  tokenizer: Tokenizer;
  /** One row per token: [V, d] */
  embeddings: Models<Matrix>;
}

/** The models' keys with their trigger examples from the train split. */
export interface Keys extends Sized {
  runtime: Runtime;
  tokenizer: Tokenizer;
  models: Models<MemoryModel>;
  triggers: Models<Triggers>;
  /** Tokens of the sentences that were scanned; a trigger names one by its index. */
  sentences: Models<readonly Int32Array[]>;
}

/**
 * The values, held against their keys' triggers; read out bare, as the paper defines it. The shuffled ones are held against
 * the trained model's triggers: keys as they are, each with another value.
 */
export interface Memories extends Sized, Models<LayerMemories[]> {
  /** Triggers kept of each key. */
  top: number;
  /** The trained model's, under its own readout, where that is another. */
  own?: { readout: string; layers: LayerMemories[] };
}

/** What leaving tokens out of triggers does to their keys. */
export interface Mutations extends Sized, Models<KeyMutations[]> {
  dropped: { count: number; why: string }[];
}

/** What triggers share. */
export interface SharedPatterns extends Sized, Models<Patterns> {
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
    const [untrained, shuffled] = [model.untrained(context.seed), shuffledPairs(model, context.seed)];
    return { runtime, tokenizer, models: { trained: model, untrained, shuffled } };
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
    const readings = await forEachModel((name) => readOut(models[name], sample.prefixes, runtime));
    const under = (readout: number) => forEachModel((name) => readings[name][readout]!);
    return {
      ...sizeOf(trained, context),
      adds: trained.adds && trained.readouts[0]!.linear,
      ...(await under(0)),
      ...(trained.readouts.length > 1 ? { bare: await under(1) } : {}),
      clusters: sample.prefixes.map(({ address }) => address),
      sample,
      tokenizer,
      embeddings: await forEachModel((name) => embeddingOf(models[name])),
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
    const some = drawn(all.length, CONTROL_SENTENCES, 'untrained sentences').map((i) => all[i]!);
    const corpora = { trained: all, untrained: some, shuffled: some };
    const whole = all.length + 2 * some.length;
    let before = 0;
    const scan = async (name: keyof Models<unknown>) => {
      const found = await scanTriggers(models[name], corpora[name], runtime, {
        top: TRIGGERS,
        seed: context.seed,
        about: `${name}, ${context.work.key}`,
        file: join(context.work.folder, `triggers-${name}.safetensors`),
        resume: context.work.resume,
        log: (text) => process.stderr.write(`${text}\n`),
        progress: (share) => context.progress((before + share * corpora[name].length) / whole),
      });
      before += corpora[name].length;
      return found;
    };
    return {
      ...sizeOf(models.trained, context),
      runtime,
      tokenizer,
      models,
      sentences: corpora,
      triggers: await forEachModel(scan),
    };
  });

/** What claims about values need. */
export const gevaMemories = (context: MeasureContext): Promise<Memories> =>
  once('memories', async () => {
    const { runtime, models, triggers, sentences: corpora, ...sized } = await gevaKeys(context);
    const read = (name: keyof Models<unknown>, readout: number) => {
      const keys = name === 'shuffled' ? 'trained' : name;
      return readMemories(models[name], triggers[keys], corpora[keys], models[name].readouts.at(readout)!, runtime);
    };
    const { readouts } = models.trained;
    return {
      ...sized,
      top: TRIGGERS,
      ...(await forEachModel((name) => read(name, -1))),
      ...(readouts.length > 1 ? { own: { readout: readouts[0]!.name, layers: await read('trained', 0) } } : {}),
    };
  });

/** What the claim about mutated prefixes needs. */
export const gevaMutations = (context: MeasureContext): Promise<Mutations> =>
  once('mutations', async () => {
    const { runtime, models, triggers, sentences: corpora, ...sized } = await gevaKeys(context);
    const found = await forEachModel((name) =>
      measureMutations(models[name], triggers[name], corpora[name], runtime, {
        ...MUTATED[name === 'trained' ? name : 'control'],
        seed: context.seed,
      }),
    );
    const whole = found.trained.length * MUTATED.trained.triggers;
    const count = whole - found.trained.reduce((sum, key) => sum + key.triggers, 0);
    return {
      ...sized,
      ...found,
      dropped: count ? [{ count, why: 'triggers of a single token, which cannot be mutated, or missing ones' }] : [],
    };
  });

/** What the claims about patterns need. */
export const gevaPatterns = (context: MeasureContext): Promise<SharedPatterns> =>
  once('patterns', async () => {
    const { triggers, sentences: corpora, tokenizer, ...keys } = await gevaKeys(context);
    const { trained: memories } = await gevaMemories(context);
    const found = await forEachModel((name) => measurePatterns(triggers[name], corpora[name], tokenizer, context.seed));
    return { ...keys, memories, ...found };
  });
